// Command sdkgen writes the generated half of the Go client from openapi.yaml.
//
// It is oapi-codegen as a library with a template of our own (calls.tmpl), and owns two changes to the
// description on its way in: shared answers, bodies and parameters are put where they are used, because a Go type for each
// would clash with the schema of the same name; and what a merge patch may set to null becomes an Optional.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	"go.yaml.in/yaml/v3"
)

var (
	//go:embed oapi-codegen.yaml
	settings []byte
	//go:embed calls.tmpl
	calls string
	//go:embed header.tmpl
	header string
)

// nothing stands for a template whose output is not wanted; an empty one would not replace the built-in one.
const nothing = "{{ `` }}\n"

func main() {
	spec := flag.String("spec", "../openapi.yaml", "the description")
	out := flag.String("out", "../sdk", "the folder of gen_types.go and gen_calls.go")
	flag.Parse()
	if err := run(*spec, *out); err != nil {
		fmt.Fprintln(os.Stderr, "sdkgen:", err)
		os.Exit(1)
	}
}

func run(spec, out string) error {
	config, err := configuration()
	if err != nil {
		return err
	}
	for file, what := range map[string]codegen.GenerateOptions{
		"gen_types.go": {Models: true},
		"gen_calls.go": {Client: true},
	} {
		config.Generate = what
		if err := write(filepath.Join(out, file), spec, config); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// write generates one file. The description is read anew for it, because generating changes it.
func write(file, spec string, config codegen.Configuration) error {
	root, err := openapi3.NewLoader().LoadFromFile(spec)
	if err != nil {
		return err
	}
	inline(root)
	markOptional(root)
	source, err := codegen.Generate(root, config)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(source), 0o644)
}

func configuration() (codegen.Configuration, error) {
	var config codegen.Configuration
	if err := yaml.Unmarshal(settings, &config); err != nil {
		return config, fmt.Errorf("oapi-codegen.yaml: %w", err)
	}
	config = config.UpdateDefaults()
	config.OutputOptions.UserTemplates = map[string]string{
		"imports.tmpl":               header,
		"client.tmpl":                calls,
		"client-with-responses.tmpl": nothing, // calls.tmpl says it all
		"request-bodies.tmpl":        nothing, // calls take the schema's type, not an alias of it
	}
	return config, config.Validate()
}
