// Command keyhall is the whole platform in one program: API, workers, dashboard, migrations and the tools to look
// after them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // names of time zones, also where the machine has none

	"github.com/alecthomas/kong"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
)

// version is set by the linker.
var version = "dev"

type cli struct {
	Dev      devCmd      `cmd:"" help:"Run everything on this machine: database, queue, API, workers, dashboard, message sink, a demo tenant."`
	Serve    serveCmd    `cmd:"" help:"Run the API and the dashboard."`
	Work     workCmd     `cmd:"" help:"Run the workers that send what the API promised."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database to the newest schema and set up the role that servers use."`
	Tenant   tenantCmd   `cmd:"" help:"List, create, suspend and resume tenants."`
	Operator operatorCmd `cmd:"" help:"List and create operators of the platform, and set their passwords."`
	Import   importCmd   `cmd:"" help:"Take over accounts from another system, with their ids and passwords."`
	Export   exportCmd   `cmd:"" help:"Write accounts to a file that import reads."`
	Health   healthCmd   `cmd:"" help:"Ask a running server whether it is ready (for container health checks)."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "keyhall: "+explain(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var c cli
	parser, err := kong.New(&c, kong.Name("keyhall"),
		kong.Description("Identity for many tenants: sign-up, sign-in, approval and groups, behind the interfaces your clients already speak."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	call, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w (keyhall --help lists the commands)", err)
	}
	return call.Run()
}

// explain puts an error into one line for a person.
func explain(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		var code *fault.Code
		if errors.As(err, &code) {
			return code.Text
		}
		return err.Error()
	}
	line := wire.Text(f.Code, f.Args)
	for _, field := range f.Fields {
		line += fmt.Sprintf(" %s: %s", field.Name, wire.Text(field.Code, field.Args))
	}
	if cause := errors.Unwrap(f); cause != nil {
		line += " (" + cause.Error() + ")"
	}
	return line
}

type versionCmd struct {
	JSON bool `help:"Print JSON."`
}

func (v versionCmd) Run() error {
	if v.JSON {
		return printJSON(map[string]string{"version": version})
	}
	fmt.Println("keyhall " + version)
	return nil
}
