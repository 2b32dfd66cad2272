package keyhall_test

import (
	"errors"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"testing/iotest"

	keyhall "github.com/keyhall/keyhall/sdk"
)

func TestAnUploadIsAWholeForm(t *testing.T) {
	t.Parallel()
	server := serve(t, answer(200, `{}`))
	acme := server.client(t).Tenant("acme")
	if _, err := acme.Me.SetPicture(t.Context(), keyhall.Upload{Name: "mia.png", Content: strings.NewReader("pixels")}); err != nil {
		t.Fatal(err)
	}
	sent := server.last()
	_, boundary, _ := strings.Cut(sent.Header.Get("Content-Type"), "boundary=")
	form, err := multipart.NewReader(strings.NewReader(sent.Body), boundary).ReadForm(1 << 10)
	if err != nil || len(form.File["picture"])+len(form.File["file"]) != 1 || !strings.Contains(sent.Body, "\r\n\r\npixels\r\n") || !strings.Contains(sent.Body, `filename="mia.png"`) {
		t.Errorf("%v: %q", err, sent.Body)
	}
	broken := errors.New("broken")
	for _, from := range []io.Reader{nil, iotest.ErrReader(broken)} {
		if _, err := acme.Me.SetPicture(t.Context(), keyhall.Upload{Name: "mia.png", Content: from}); err == nil || from != nil && !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
	}
	if server.count() != 1 {
		t.Errorf("%d requests", server.count())
	}
}
