package contracts_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyhall/keyhall/tenants"
)

type trackee struct {
	Data struct {
		CreatedAt     string  `json:"created_at"`
		BirthDate     *string `json:"birth_date"`
		FirstName     *string `json:"first_name"`
		Timezone      *string `json:"timezone"`
		Picture       bool    `json:"picture"`
		Activities    int64   `json:"nb_activities"`
		Sports        int64   `json:"nb_sports"`
		TotalDistance float64 `json:"total_distance"`
		TotalDuration string  `json:"total_duration"`
	} `json:"data"`
	Token string `json:"auth_token"`
}

const sam = `{"username":"sam","email":"sam@example.com","password":"Kx9!vortex","password_conf":"Kx9!vortex"}`

// track signs sam up through the contract.
func (p person) track() person {
	p.t.Helper()
	return p.bearer(decode[trackee](p.t, p.posts("/api/auth/register", sam).is(p.t, 201, "").body).Token)
}

func (p person) bearer(token string) person { return p.with("Authorization", "Bearer "+token) }

func refusal(message, status string) string {
	return `{"message":"` + message + `","status":"` + status + `"}`
}

func TestFitTrackeeLooksWhetherAnybodyMaySignUpFirst(t *testing.T) {
	t.Parallel()
	s := serve(t)
	closed := s.person(t, s.house.Tenant(t, `{"registration":{"open":false}}`))
	for _, body := range []string{sam, `{}`, `{bad`} {
		closed.posts("/api/auth/register", body).is(t, 403, refusal("Error. Registration is disabled.", "error"))
	}
}

func TestFitTrackeeTellsAMethodBeforeItAsksWhoCalls(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, ""))
	if a := p.sends("PUT", "/api/auth/profile/edit", "").is(t, 405, ""); a.header.Get("Allow") != "POST, OPTIONS" {
		t.Error(a.header.Get("Allow"))
	}
	p.sends("HEAD", "/api/auth/logout", "").is(t, 405, "")
}

func TestFitTrackeeComplaintsComeInLines(t *testing.T) {
	t.Parallel()
	s := serve(t)
	p := s.person(t, s.house.Tenant(t, `{"password":{"min_length":12}}`))
	const long = `"password":"Kx9!vortex-long","password_conf":"Kx9!vortex-long"`
	p.posts("/api/auth/register", strings.ReplaceAll(sam, "Kx9!vortex", "Kx9!vortex-long")).is(t, 201, "")
	for body, lines := range map[string]string{
		sam: `Password: 12 characters required.\n`, // and not that the name is taken
		`{"username":"a/b","email":"b@example.com",` + long + `}`:                                                                                       `Username: 3 to 12 characters required.\n`,
		`{"username":"a\u0000b","email":"b@example.com",` + long + `}`:                                                                                  `Username: 3 to 12 characters required.\n`,
		`{"username":"bob","email":"` + strings.Repeat("b", 120) + `@example.com",` + long + `}`:                                                        `Valid email must be provided.\n`,
		`{"username":"bob","email":"b@example.com\n",` + long + `}`:                                                                                     `Valid email must be provided.\n`,
		`{"username":"bob","email":"b@example.com","password":"a","password_conf":"b"}`:                                                                 `Password and password confirmation don't match.\nPassword: 12 characters required.\n`,
		`{"username":"sam","email":"no","password":"Kx9!vortex-long","password_conf":"Kx9!vortex-long"}`:                                                `Valid email must be provided.\n`,
		`{"username":"bob","email":"b@example.com","password":"` + strings.Repeat("x", 5000) + `","password_conf":"` + strings.Repeat("x", 5000) + `"}`: `Use at most 256 characters.\n`,
	} {
		p.posts("/api/auth/register", body).is(t, 400, refusal("Errors: "+lines, "error"))
	}
	p.posts("/api/auth/register", `{"username":"SAM","email":"b@example.com",`+long+`}`).is(t, 400, refusal("Sorry. That user already exists.", "error"))
}

func TestFitTrackeeProfile(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"contracts":{"fittrackee":{"timezone":"Asia/Taipei"}}}`)
	p := s.person(t, in).track()
	got := decode[trackee](t, p.sends("GET", "/api/auth/profile", "").is(t, 200, "").body).Data
	created, err := time.Parse(http.TimeFormat, got.CreatedAt)
	if err != nil || time.Since(created) > time.Minute || got.Timezone == nil || *got.Timezone != "Asia/Taipei" || got.TotalDuration != "0:00:00" {
		t.Errorf("%+v, %v", got, err)
	}
	edit := func(body string, status int) trackee {
		t.Helper()
		return decode[trackee](t, p.posts("/api/auth/profile/edit", body).is(t, status, "").body)
	}
	d := edit(`{"first_name":"","birth_date":"1980-02-29","timezone":null,"nb_sports":9,"total_distance":5}`, 200).Data
	if d.FirstName == nil || *d.FirstName != "" || d.BirthDate == nil || *d.BirthDate != "Fri, 29 Feb 1980 00:00:00 GMT" || d.Timezone != nil || d.Sports != 0 || d.TotalDistance != 0 {
		t.Errorf("%+v", d)
	}
	if d = edit(`{"first_name":null,"birth_date":""}`, 200).Data; d.FirstName != nil || d.BirthDate != nil {
		t.Errorf("%+v", d)
	}
	for _, bad := range []string{`{"bio":"` + strings.Repeat("x", 201) + `"}`, `{"location":7}`, `{"birth_date":"1980-02-30"}`, `{"timezone":"Local"}`, `{"first_name":"a\u0000"}`, `{"password":8}`} {
		p.posts("/api/auth/profile/edit", bad).is(t, 400, refusal("Invalid payload.", "error"))
	}
}

func TestFitTrackeeChangesProfileAndPasswordTogether(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in).track()
	signIn := func(password string) answer {
		return s.person(t, in).posts("/api/auth/login", `{"email":"SAM@example.com","password":"`+password+`"}`)
	}
	other := p.bearer(decode[trackee](t, signIn("Kx9!vortex").is(t, 200, "").body).Token)
	const both = `{"first_name":"Sam","password":"short","password_conf":"shirt"}`
	p.posts("/api/auth/profile/edit", both).is(t, 400, refusal(`Password and password confirmation don't match.\nPassword: 8 characters required.\n`, "error"))
	if d := decode[trackee](t, p.sends("GET", "/api/auth/profile", "").body).Data; d.FirstName != nil {
		t.Error("half of the edit was done")
	}
	p.posts("/api/auth/profile/edit", `{"first_name":"Sam","password":"Zq7#lantern","password_conf":"Zq7#lantern"}`).is(t, 200, "")
	p.sends("GET", "/api/auth/profile", "").is(t, 200, "")
	other.sends("GET", "/api/auth/profile", "").is(t, 401, refusal("Invalid token. Please log in again.", "error"))
	signIn("Kx9!vortex").is(t, 404, refusal("Invalid credentials.", "error"))
	signIn("Zq7#lantern").is(t, 200, "")
	s.mail(t, in, "password_changed")
}

func TestFitTrackeeHoldsStrictTenantsToARecentSignIn(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, `{"privacy":{"hide_account_existence":true}}`)
	p := s.person(t, in)
	p.posts("/api/auth/register", sam).is(t, 201, `{"message":"Successfully registered.","status":"success"}`)
	p.posts("/api/auth/register", strings.Replace(sam, "sam", "sue", 1)).is(t, 201, `{"message":"Successfully registered.","status":"success"}`)
	p = p.bearer(decode[trackee](t, p.posts("/api/auth/login", `{"email":"sam@example.com","password_conf":"Kx9!vortex"}`).is(t, 200, "").body).Token)
	if _, err := s.house.Owner(t).ExecContext(t.Context(), `update sessions set auth_time = now() - interval '16 minutes' where tenant_id = $1`, in.ID()); err != nil {
		t.Fatal(err)
	}
	p.posts("/api/auth/profile/edit", `{"password":"Zq7#lantern","password_conf":"Zq7#lantern"}`).is(t, 401, refusal("Sign in again to do this.", "error"))
	p.posts("/api/auth/profile/edit", `{"first_name":"Sam"}`).is(t, 200, "")
}

func TestFitTrackeeLetsNobodyInWhoMayNotAct(t *testing.T) {
	t.Parallel()
	s := serve(t)
	waiting := s.person(t, s.house.Tenant(t, `{"approval":{"required_for":["user"],"pending_may_sign_in":false}}`))
	waiting.posts("/api/auth/register", sam).is(t, 201, `{"message":"Successfully registered.","status":"success"}`)
	waiting.posts("/api/auth/login", `{"email":"sam@example.com","password":"Kx9!vortex"}`).is(t, 404, refusal("Invalid credentials.", "error"))
	in := s.house.Tenant(t, "")
	p := s.person(t, in).track()
	if _, err := s.Registry.PatchSettings(t.Context(), tenants.Who{Kind: "operator"}, in.ID(), []byte(`{"email":{"verification":"mandatory"}}`)); err != nil {
		t.Fatal(err)
	}
	p.sends("GET", "/api/auth/profile", "").is(t, 401, refusal("Something went wrong. Please contact us.", "error"))
}

// form makes the body of an upload.
func form(t testing.TB, name, content string) (body, mediaType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func TestFitTrackeePicturesAreInert(t *testing.T) {
	t.Parallel()
	s := serve(t)
	in := s.house.Tenant(t, "")
	p := s.person(t, in).track()
	const evil = "<script>alert(1)</script>"
	body, media := form(t, "../../x.GIF", evil)
	if !decode[trackee](t, send(t, "POST", p.base+"/api/auth/picture", body, append(p.headers, "Content-Type", media)...).is(t, 200, "").body).Data.Picture {
		t.Error("the profile has no picture")
	}
	for _, user := range []string{"1", "sam", "SAM"} {
		a := s.person(t, in).sends("GET", "/api/users/"+user+"/picture", "").is(t, 200, evil)
		if a.header.Get("Content-Type") != "image/gif" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
			t.Errorf("%v", a.header)
		}
		s.person(t, in).with("If-None-Match", a.header.Get("ETag")).sends("GET", "/api/users/"+user+"/picture", "").is(t, 304, "")
	}
	s.person(t, in).sends("GET", "/api/users/nobody/picture", "").is(t, 404, refusal("User does not exist.", "fail"))
	s.person(t, s.house.Tenant(t, "")).sends("GET", "/api/users/1/picture", "").is(t, 404, refusal("User does not exist.", "fail"))
	body, media = form(t, "", evil)
	send(t, "POST", p.base+"/api/auth/picture", body, append(p.headers, "Content-Type", media)...).is(t, 400, refusal("No selected file.", "fail"))
}
