package transfer_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/identity"
	"github.com/keyhall/keyhall/tenants/identity/transfer"
)

var formats = []transfer.Format{transfer.CSV, transfer.JSONL}

func read(t *testing.T, text string, f transfer.Format, rename map[string]string) (all []identity.Record, err error) {
	t.Helper()
	for r, err := range transfer.Read(strings.NewReader(text), f, rename) {
		if err != nil {
			return all, err
		}
		all = append(all, r)
	}
	return all, nil
}

func write(t *testing.T, f transfer.Format, passwords bool, all ...identity.Record) string {
	t.Helper()
	var file bytes.Buffer
	w, err := transfer.NewWriter(&file, f, passwords)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

func full() identity.Record {
	at, yes, bio, day := time.Date(2024, 2, 29, 12, 0, 0, 123456000, time.UTC), false, "=1+1\n\"two\", three", "1990-01-31"
	return identity.Record{
		ID: "17", ExternalID: "'@old", Username: "'=ann", Email: "-ann@example.com", EmailVerified: true, Mobile: "+905321234567", MobileVerified: true,
		FirstName: "＝Ann", LastName: "O'Neil", Name: "Ann O'Neil", Type: "coach", Group: "coach", Approval: "approved", Active: &yes, Locale: "tr",
		CreatedAt: &at, LastLoginAt: &at, PasswordHash: "$P$B",
		Profile: identity.Profile{Bio: &bio, BirthDate: &day, FavSport1: "run", Private: true},
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, f := range formats {
		want, again := full(), full()
		again.Active, again.ID = nil, ""
		got, err := read(t, write(t, f, true, want, again), f, nil)
		if err != nil || len(got) != 2 {
			t.Fatalf("%s: %d records, %v", f, len(got), err)
		}
		want.Line = got[0].Line
		if !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s:\n got %+v\nwant %+v", f, got[0], want)
		}
		if got[1].Active == nil || !*got[1].Active || got[1].Line <= got[0].Line {
			t.Errorf("%s: %+v", f, got[1])
		}
	}
}

func TestPasswordsStayAtHomeUnlessAskedFor(t *testing.T) {
	t.Parallel()
	for _, f := range formats {
		if file := write(t, f, false, full()); strings.Contains(file, "$P$B") || strings.Contains(file, "password") {
			t.Errorf("%s: %s", f, file)
		}
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(write(t, transfer.CSV, true, full()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range rows[1] {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n\x00") || strings.HasPrefix(cell, "＝") {
			t.Errorf("%q would be computed", cell)
		}
	}
}

func TestFilesOfOthers(t *testing.T) {
	t.Parallel()
	django := "\ufeffid,username,email,is_active,date_joined,password,is_staff\n" +
		"5,ann,ann@example.com,t,2019-03-01 10:11:12.5+00,md5$x$y,f\n\n" +
		"6, bob ,,False,2019-03-01,,t\n"
	got, err := read(t, django, transfer.CSV, map[string]string{"is_active": "active", "date_joined": "created_at", "password": "password_hash", "is_staff": ""})
	if err != nil || len(got) != 2 || len(got[0].Known)+len(got[1].Known) != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if r := got[0]; r.ID != "5" || !*r.Active || r.PasswordHash != "md5$x$y" || !r.CreatedAt.Equal(time.Date(2019, 3, 1, 10, 11, 12, 5e8, time.UTC)) {
		t.Errorf("%+v", r)
	}
	if r := got[1]; r.Username != "bob" || *r.Active || r.Line != 4 {
		t.Errorf("%+v", r)
	}
	got, err = read(t, `{"id":12,"email":"a@example.com","email_verified":true,"mobile":null,"created_at":"1486324170000"}`, transfer.JSONL, nil)
	if err != nil || got[0].ID != "12" || !got[0].EmailVerified || got[0].CreatedAt.Year() != 2017 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBadValuesAreTheRowsFault(t *testing.T) {
	t.Parallel()
	for f, text := range map[transfer.Format]string{
		transfer.CSV:   "active,created_at,username\nperhaps,yesterday,a\x00b\nyes,,\xff\ntrue\n",
		transfer.JSONL: `{"active":"perhaps","created_at":"0000-00-00","username":"a\u0000b"}` + "\n" + `{"active":true,"username":["x"]}`,
	} {
		got, err := read(t, text, f, nil)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		var told []string
		for _, p := range got[0].Known {
			told = append(told, p.Name+":"+p.Code.Name)
		}
		if want := []string{"active:not_a_boolean", "created_at:invalid_time", "username:null_character"}; !slices.Equal(told, want) {
			t.Errorf("%s: %v", f, told)
		}
		if len(got[1].Known) != 1 || got[1].Known[0].Name != "username" {
			t.Errorf("%s: %v", f, got[1].Known)
		}
		if f == transfer.CSV && (len(got) != 3 || got[2].Known[0].Name != "row") {
			t.Errorf("a short row: %+v", got)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		format transfer.Format
		rename map[string]string
		line   int
	}{
		"empty":             {"", transfer.CSV, nil, 1},
		"unknown column":    {"id,shoe_size\n", transfer.CSV, nil, 1},
		"column twice":      {"id,id\n", transfer.CSV, nil, 1},
		"renamed twice":     {"id,pk\n", transfer.CSV, map[string]string{"pk": "id"}, 1},
		"nothing to rename": {"id\n", transfer.CSV, map[string]string{"pk": "id"}, 1},
		"quotes":            {"id\n\"1\n", transfer.CSV, nil, 2},
		"no JSON":           {"{}\nid,username\n", transfer.JSONL, nil, 2},
		"a list":            {"[]\n", transfer.JSONL, nil, 1},
		"null":              {"null\n", transfer.JSONL, nil, 1},
		"two on a line":     {"{} {}\n", transfer.JSONL, nil, 1},
		"no UTF-8":          {`{"username":"` + "\xff" + `"}`, transfer.JSONL, nil, 1},
		"unknown name":      {`{"shoe_size":4}`, transfer.JSONL, nil, 1},
		"endless line":      {"{}\n" + strings.Repeat(" ", 2<<20), transfer.JSONL, nil, 2},
	} {
		_, err := read(t, c.text, c.format, c.rename)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != fault.FileUnreadable || f.Args["line"] != c.line {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzCSV: whatever a cell holds, writing and reading it gives it back, but for spaces at its ends and for line ends,
// which the format has but one of.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"=1", "'=1", "''=1", "+90", "'", "' =", "\"", ",", "'＝", "a\r\nb", "'\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if !utf8.ValidString(cell) { // no record has such a text
			return
		}
		want := strings.TrimSpace(strings.ReplaceAll(cell, "\r\n", "\n"))
		for _, format := range formats { // CSV first
			got, err := read(t, write(t, format, true, identity.Record{ID: "1", PasswordHash: cell}), format, nil)
			if err != nil || len(got) != 1 {
				t.Fatalf("%s: %q: %d records, %v", format, cell, len(got), err)
			}
			if format == transfer.JSONL {
				want = strings.TrimSpace(cell)
			}
			if len(got[0].Known) == 0 && got[0].PasswordHash != want {
				t.Errorf("%s: %q became %q", format, cell, got[0].PasswordHash)
			}
		}
	})
}
