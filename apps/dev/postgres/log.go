package postgres

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// logFile gets what PostgreSQL prints, from its first line on.
type logFile struct{ file *os.File }

// openLog begins a new log and keeps the one of the start before.
func (f *folder) openLog() (*logFile, error) {
	path := filepath.Join(f.path, logName)
	if err := os.Rename(path, path+".1"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, unwritable(f.path, err)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, unwritable(f.path, err)
	}
	return &logFile{file: file}, nil
}

func (l *logFile) path() string { return l.file.Name() }
func (l *logFile) close() error { return l.file.Close() }

// writer is what the child gets as its output: the file itself, so that nothing is lost when this process dies
// first, unless somebody else listens too.
func (l *logFile) writer(also io.Writer) io.Writer {
	if also == nil {
		return l.file
	}
	return io.MultiWriter(l.file, also)
}

func (l *logFile) size() (int64, error) { return l.file.Seek(0, io.SeekEnd) }

// since reads what was printed after a former size.
func (l *logFile) since(size int64) (string, error) {
	text, err := io.ReadAll(io.NewSectionReader(l.file, size, 1<<20))
	return string(text), err
}

// complaint picks the line of a program's output that tells a person why it failed.
func complaint(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, mark := range []string{"FATAL:", "PANIC:", "error: ", "could not ", " failed"} {
		for _, line := range lines {
			if strings.Contains(line, mark) {
				return strings.TrimSpace(line)
			}
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}
