package transcript

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
)

// special is a recorded body that is not simply JSON or text.
type special struct {
	Base64    *string `json:"base64"`
	Multipart []part  `json:"multipart"`
}

// part is one part of a form: a value, or a file when it has a file name.
type part struct {
	Name        string  `json:"name"`
	Value       string  `json:"value"`
	FileName    string  `json:"filename"`
	ContentType string  `json:"content_type"`
	Base64      *string `json:"base64"`
	Bytes       int     `json:"bytes"` // that many zero bytes, when there is no Base64
	file        bool
}

// UnmarshalJSON takes the two recorded forms of a part: ["name", value or file] and {"name": ..., file}.
func (p *part) UnmarshalJSON(text []byte) error {
	var pair [2]json.RawMessage
	if json.Unmarshal(text, &pair) != nil {
		return p.object(text)
	}
	name := pair[0]
	if json.Unmarshal(pair[1], &p.Value) != nil {
		if err := p.object(pair[1]); err != nil {
			return err
		}
	}
	return json.Unmarshal(name, &p.Name)
}

func (p *part) object(text []byte) error {
	type plain part // without this method
	var q struct {
		plain
		FileName *string `json:"filename"` // a file may have an empty name
	}
	if err := json.Unmarshal(text, &q); err != nil {
		return err
	}
	*p = part(q.plain)
	if q.FileName != nil {
		p.FileName, p.file = *q.FileName, true
	}
	return nil
}

func (p part) content() ([]byte, error) {
	switch {
	case p.Base64 != nil:
		return base64.StdEncoding.DecodeString(*p.Base64)
	case p.file:
		return make([]byte, p.Bytes), nil
	}
	return []byte(p.Value), nil
}

func (p part) header() textproto.MIMEHeader {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	disposition := fmt.Sprintf(`form-data; name="%s"`, quote.Replace(p.Name))
	h := textproto.MIMEHeader{}
	if p.file {
		disposition += fmt.Sprintf(`; filename="%s"`, quote.Replace(p.FileName))
		h.Set("Content-Type", p.ContentType)
	}
	h.Set("Content-Disposition", disposition)
	return h
}

// special reads the body's special form, if it has one.
func (q Request) special() (special, bool) {
	var s special
	if json.Unmarshal(q.Body, &s) != nil {
		return s, false
	}
	return s, s.Base64 != nil || s.Multipart != nil
}

// text is the body when it is recorded as a string.
func (q Request) text() (string, bool) {
	var text *string
	if json.Unmarshal(q.Body, &text) != nil || text == nil {
		return "", false
	}
	return *text, true
}

// encode turns the recorded body into the bytes to send.
func (q Request) encode() ([]byte, error) {
	if len(q.Body) == 0 || string(q.Body) == "null" {
		return nil, nil
	}
	if text, ok := q.text(); ok {
		return []byte(text), nil
	}
	s, ok := q.special()
	switch {
	case ok && s.Base64 != nil:
		return base64.StdEncoding.DecodeString(*s.Base64)
	case ok:
		return encodeMultipart(s.Multipart, q.Headers["Content-Type"])
	}
	return q.Body, nil
}

func encodeMultipart(parts []part, contentType string) ([]byte, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, fmt.Errorf("content type of a multipart body: %w", err)
	}
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	if err := w.SetBoundary(params["boundary"]); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := writePart(w, p); err != nil {
			return nil, err
		}
	}
	err = w.Close() // writes the last boundary
	return out.Bytes(), err
}

func writePart(w *multipart.Writer, p part) error {
	content, err := p.content()
	if err != nil {
		return err
	}
	to, err := w.CreatePart(p.header())
	if err != nil {
		return err
	}
	_, err = to.Write(content)
	return err
}

// fields gives the text fields of the body, whatever its encoding.
func (q Request) fields() map[string]string {
	if s, ok := q.special(); ok {
		return partFields(s.Multipart)
	}
	text, ok := q.text()
	if !ok {
		return jsonFields(q.Body)
	}
	if strings.HasPrefix(q.Headers["Content-Type"], "application/x-www-form-urlencoded") {
		return formFields(text)
	}
	return jsonFields([]byte(text))
}

func partFields(parts []part) map[string]string {
	fields := map[string]string{}
	for _, p := range parts {
		if !p.file {
			fields[p.Name] = p.Value
		}
	}
	return fields
}

func formFields(text string) map[string]string {
	fields := map[string]string{}
	form, err := url.ParseQuery(text)
	if err != nil {
		return fields // a broken form has no fields; the record is about just that
	}
	for name := range form {
		fields[name] = form.Get(name)
	}
	return fields
}

func jsonFields(text []byte) map[string]string {
	fields := map[string]string{}
	var object map[string]any
	if json.Unmarshal(text, &object) != nil {
		return fields // broken on purpose, or no object
	}
	for name, value := range object {
		if s, ok := value.(string); ok {
			fields[name] = s
		}
	}
	return fields
}

// with is the request with some fields of its JSON body changed.
func (q Request) with(send map[string]json.RawMessage) (Request, error) {
	if len(send) == 0 {
		return q, nil
	}
	text, isText := q.text()
	body := []byte(text)
	if !isText {
		body = q.Body
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil {
		return q, fmt.Errorf("send needs a JSON object as the body: %w", err)
	}
	for name, value := range send {
		object[name] = value
	}
	var err error
	q.Body, err = json.Marshal(object)
	return q, err
}
