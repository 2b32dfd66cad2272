package wire

import (
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Lingering makes the server's connections end so that the client reads the last answer. Who is still sending a body
// that was refused would otherwise see a reset connection, since closing one with unread data throws away what the
// client has not read yet (RFC 9112 9.6).
func Lingering(l net.Listener) net.Listener { return lingering{l} }

type lingering struct{ net.Listener }

func (l lingering) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &patientConn{Conn: c}, nil
}

// patientConn takes in what is still coming before it closes, if it was told to.
type patientConn struct {
	net.Conn
	patient atomic.Bool
}

// What is taken in at most.
const (
	lingerTime  = 5 * time.Second
	lingerBytes = 64 << 20
)

func (c *patientConn) Close() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if ok && c.patient.Load() && half.CloseWrite() == nil && c.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes) // its end, or ours: either way it is over
	}
	return c.Conn.Close()
}

// linger makes the connection of a refused body end patiently.
func linger(f *fiber.Ctx) {
	if c, ok := f.Context().Conn().(*patientConn); ok {
		c.patient.Store(true)
	}
}
