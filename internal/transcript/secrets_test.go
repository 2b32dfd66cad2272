package transcript

import (
	"encoding/json"
	"testing"
)

const (
	recordedKey   = "ae124be71c82cdd5003038b3b9295375a540fb65"
	recordedLink  = "MQ:1xV8rh:_gv1VbTIwDKB6xeaUyXVznHp8YP6eFCBtXkQ5gohF4M"
	recordedToken = "difsgv-3f676cf13bb3867b626a1c46cb7f828b"
)

func TestReplaceFindsSecretsInEveryEncoding(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	s.bind(recordedKey, "live-key")
	s.bind(recordedLink, "Nw:2:live")
	s.bind(recordedToken, "live-token")
	s.bind("MQ-"+recordedToken, "Nw-live-token")
	s.bind(recordedKey+"-longer", "another-key")
	s.bindField("uid", "MQ", "Nw")
	for about, c := range map[string]struct{ body, want string }{
		"json":           {`{"uid": "MQ", "token": "` + recordedToken + `"}`, `{"uid": "Nw", "token": "live-token"}`},
		"joined":         {`{"uid":"MQ","token":"MQ-` + recordedToken + `"}`, `{"uid":"Nw","token":"Nw-live-token"}`},
		"json as text":   {`"{\"uid\": \"MQ\", \"key\": \"` + recordedLink + `\"}"`, `"{\"uid\": \"Nw\", \"key\": \"Nw:2:live\"}"`},
		"form":           {`"uid=MQ&token=` + recordedToken + `"`, `"uid=Nw&token=live-token"`},
		"form, last":     {`"a=1&uid=MQ"`, `"a=1&uid=Nw"`},
		"form, escaped":  {`"key=MQ%3A1xV8rh%3A_gv1VbTIwDKB6xeaUyXVznHp8YP6eFCBtXkQ5gohF4M"`, `"key=Nw%3A2%3Alive"`},
		"multipart":      {`{"multipart": [["uid", "MQ"], ["key", "` + recordedLink + `"]]}`, `{"multipart": [["uid", "Nw"], ["key", "Nw:2:live"]]}`},
		"other uid":      {`{"uid": "OTk5"}`, `{"uid": "OTk5"}`},
		"other field":    {`{"name": "MQ", "guid": "MQ"}`, `{"name": "MQ", "guid": "MQ"}`},
		"damaged":        {`{"key": "` + recordedLink[:len(recordedLink)-2] + `xx"}`, `{"key": "` + recordedLink[:len(recordedLink)-2] + `xx"}`},
		"appended":       {`{"key": "` + recordedKey + `0"}`, `{"key": "live-key0"}`},
		"longer":         {`{"key": "` + recordedKey + `-longer"}`, `{"key": "another-key"}`},
		"nothing at all": {``, ``},
	} {
		t.Run(about, func(t *testing.T) {
			t.Parallel()
			got := s.replace(Request{
				Path: "/x/" + recordedLink + "/", Body: json.RawMessage(c.body),
				Headers: map[string]string{"Authorization": "Token " + recordedKey},
			})
			if string(got.Body) != c.want {
				t.Errorf("body %s, expected %s", got.Body, c.want)
			}
			if got.Path != "/x/Nw:2:live/" || got.Headers["Authorization"] != "Token live-key" {
				t.Errorf("path %s, headers %v", got.Path, got.Headers)
			}
		})
	}
}

func TestLearnTakesOnlySecretsAndTheNewest(t *testing.T) {
	t.Parallel()
	s := newSecrets()
	recorded := `{"user": {"token": "recorded-recorded-1"}, "list": [{"refresh": "recorded-recorded-2"}],
		"key": ["This field is required."], "name": "recorded-recorded-3", "session": "short"}`
	for _, live := range []string{"old", "new"} {
		s.learn("", mustDecode(t, recorded), mustDecode(t, `{"user": {"token": "`+live+`-1"}, "list": [{"refresh": "`+live+`-2"}],
			"key": ["Dieses Feld fehlt."], "name": "x", "session": "y"}`))
	}
	if len(s.live) != 2 || s.live["recorded-recorded-1"] != "new-1" || s.live["recorded-recorded-2"] != "new-2" {
		t.Errorf("learned %v", s.live)
	}
}

func mustDecode(t *testing.T, text string) any {
	t.Helper()
	value, err := decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestOnlySecretsThatWorkedAreValid(t *testing.T) {
	t.Parallel()
	records, _ := golden(t, "restauth")
	valid := validLetters(records)
	want := map[string]letter{
		recordedLink: {key: recordedLink},
		"9gdsqt9fngmquzrsxncy57eqqhddtufiiuejy0gqfrx2cikgxc7bfc7qaur0yzen": {key: "9gdsqt9fngmquzrsxncy57eqqhddtufiiuejy0gqfrx2cikgxc7bfc7qaur0yzen"},
		recordedToken: {uid: "MQ", token: recordedToken},
		"difsgv-a6de69f5a513511ad8b86c8d89e5cc9d": {uid: "MQ", token: "difsgv-a6de69f5a513511ad8b86c8d89e5cc9d"},
	}
	for secret, l := range want {
		if valid[secret] != l {
			t.Errorf("%s: %+v, expected %+v", secret, valid[secret], l)
		}
	}
	if len(valid) != len(want) {
		t.Errorf("%d letters are valid: %v", len(valid), valid)
	}
}

// Where Keyhall answers 200 on purpose, the secret is as good as one that worked there.
func TestASecretThatKeyhallShallTakeIsValid(t *testing.T) {
	t.Parallel()
	r := Record{
		Request:  Request{Path: "/verify-email/", Body: json.RawMessage(`{"key": "` + recordedLink + `"}`)},
		Response: Response{Status: 404},
		Keyhall:  Verdict{Class: Override, Accepted: []Answer{{Status: 200}}},
	}
	if len(validLetters([]Record{r})) != 1 {
		t.Error("the accepted answer does not count")
	}
	r.Keyhall.Accepted[0].Status = 404
	if len(validLetters([]Record{r})) != 0 {
		t.Error("a refused secret counts")
	}
}

// A made-up cookie must arrive as it is; only values that the original server let pass stand for live ones.
func TestOnlyCookiesThatWorkedAreReplaced(t *testing.T) {
	t.Parallel()
	records, _ := golden(t, "restauth")
	p := newPlayer(Server{}, "slug", group{records: records})
	p.cookies["sessionid"] = "live"
	for recorded, want := range map[string]string{
		"sessionid=d8iw8opqfgmop62leg352uzagnkusmsh": "sessionid=live",
		"sessionid=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": "sessionid=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	} {
		got, err := p.enliven(t.Context(), Record{Request: Request{Headers: map[string]string{"Cookie": recorded}}})
		if err != nil || got.Headers["Cookie"] != want {
			t.Errorf("%s became %s, %v", recorded, got.Headers["Cookie"], err)
		}
	}
}

func TestDamageIsCopied(t *testing.T) {
	t.Parallel()
	valid := map[string]letter{recordedLink: {key: recordedLink}, recordedToken: {uid: "MQ", token: recordedToken}}
	for about, c := range map[string]struct{ value, tail string }{
		"a tampered tail":    {recordedLink[:len(recordedLink)-2] + "xx", "xx"},
		"the secret itself":  {recordedLink, ""},
		"another secret":     {"MQ:1xV8rh:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ""},
		"a shortened secret": {recordedLink[1:], ""},
	} {
		if _, tail, ok := damaged(c.value, valid); tail != c.tail || ok != (c.tail != "") {
			t.Errorf("%s: tail %q, %v", about, tail, ok)
		}
	}
	if got := damage("live-secret", "xx"); got != "live-secrxx" {
		t.Errorf("damaged to %q", got)
	}
	if got := damage("live-secrexx", "xx"); got == "live-secrexx" {
		t.Error("the damage left the secret whole")
	}
}
