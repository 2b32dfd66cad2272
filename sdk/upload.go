package keyhall

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
)

// Upload is a file to send, as a picture.
type Upload struct {
	Name    string    // with its extension, which some interfaces look at
	Content io.Reader // read to its end before anything is sent, so that a lost call can be repeated
}

// payload gives the body of a call and its media type; both are empty for a call without one.
func (r request) payload() (body []byte, mediaType string, err error) {
	switch {
	case r.upload != nil:
		return r.upload.form(r.part)
	case r.body != nil && r.form:
		return formOf(r.body)
	case r.body != nil:
		body, err = json.Marshal(r.body)
		return body, "application/json", err
	default:
		return nil, "", nil
	}
}

// formOf writes a body whose members are all texts as a form.
func formOf(body any) ([]byte, string, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, "", err
	}
	var members map[string]string
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, "", err
	}
	values := url.Values{}
	for name, value := range members {
		values.Set(name, value)
	}
	return []byte(values.Encode()), "application/x-www-form-urlencoded", nil
}

// form writes the file as a part of a multipart form (RFC 7578).
func (u Upload) form(name string) ([]byte, string, error) {
	if u.Content == nil {
		return nil, "", fmt.Errorf("the upload has no content")
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile(name, u.Name)
	if err != nil {
		return nil, "", err
	}
	if _, err := io.Copy(part, u.Content); err != nil {
		return nil, "", fmt.Errorf("reading the upload: %w", err)
	}
	if err := form.Close(); err != nil { // which writes the end of the form
		return nil, "", err
	}
	return b.Bytes(), form.FormDataContentType(), nil
}

// download makes a call that is answered by bytes.
func download(ctx context.Context, s service, r request, options []CallOption) ([]byte, error) {
	return s.do(ctx, r, options)
}
