package wire

import (
	"mime"
	"mime/multipart"
	"reflect"

	"github.com/keyhall/keyhall/internal/fault"
)

// File is a file part of a multipart form (RFC 7578 4.2), as the type of a field of an input. Complaints about the field:
// FileMissing, FileUnnamed where a form was sent with nothing chosen, and NotFile for anything but a file.
type File struct {
	Name  string `json:"-"` // the client's words; never a path of ours
	Bytes []byte `json:"-"`
}

var fileType = reflect.TypeFor[File]()

// nameOf gives the name of a part's file; ok is false for a part that is none. The name may be empty.
func nameOf(part *multipart.Part) (name string, ok bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, ok = params["filename"]
	return text(name), ok
}

func (r *reader) setFile(v reflect.Value, value any, name string) {
	file, ok := value.(File)
	switch {
	case !ok:
		r.problems.Add(name, fault.NotFile)
	case file.Name == "":
		r.problems.Add(name, fault.FileUnnamed)
	default:
		v.Set(reflect.ValueOf(file))
	}
}

// formSlack is what a form may have beside its file: boundaries, headers and other fields.
const formSlack = 64 << 10

// tooLarge is the fault for a body over the limit. The limit of a file is what its sender can do something about.
func (r *Route) tooLarge() error {
	if r == nil || r.MaxFile == 0 {
		return fault.BodyTooLarge
	}
	return fault.FileTooLarge.With("limit", r.MaxFile)
}
