package social

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the signature of OAuth 1.0a that Twitter takes
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/markbates/goth"

	"github.com/keyhall/keyhall/tenants"
)

// Twitter speaks OAuth 1.0a, in which a request is signed with the secrets of the app and of the token together: a token
// of another app cannot be signed for. goth's provider calls without its HTTP client, so this one signs by itself.
var twitterFamily = family{
	issuer: "https://api.twitter.com",
	usual:  tenants.SocialEndpoints{UserInfo: "https://api.twitter.com/1.1/account/verify_credentials.json"},
	fetch: func(_ context.Context, l *line, token string, _ bool, secret string) (goth.User, error) {
		at, err := url.Parse(l.to.UserInfo)
		if err != nil {
			return goth.User{}, err
		}
		at.RawQuery = url.Values{"include_email": {"true"}, "skip_status": {"true"}}.Encode()
		body, err := l.get(at.String(), l.sign(http.MethodGet, at, token, secret))
		if err != nil {
			return goth.User{}, err
		}
		var u struct {
			ID         string `json:"id_str"`
			ScreenName string `json:"screen_name"`
			Name       string `json:"name"`
			Email      string `json:"email"`
		}
		if err := json.Unmarshal(body, &u); err != nil {
			return goth.User{}, err
		}
		first, last, _ := strings.Cut(u.Name, " ")
		return goth.User{UserID: u.ID, NickName: u.ScreenName, Name: u.Name, FirstName: first, LastName: last, Email: u.Email}, nil
	},
	verified: func(goth.User) bool { return false },
}

// sign makes the Authorization of a request without a body (RFC 5849 3.4 and 3.5.1).
func (l *line) sign(method string, at *url.URL, token, secret string) string {
	oauth := map[string]string{
		"oauth_consumer_key": l.app.ClientID, "oauth_nonce": rand.Text(), "oauth_signature_method": "HMAC-SHA1",
		"oauth_timestamp": strconv.FormatInt(l.now().Unix(), 10), "oauth_token": token, "oauth_version": "1.0",
	}
	var all []string
	for name, value := range oauth {
		all = append(all, percent(name)+"="+percent(value))
	}
	for name, values := range at.Query() {
		for _, value := range values {
			all = append(all, percent(name)+"="+percent(value))
		}
	}
	slices.Sort(all)
	base := method + "&" + percent(at.Scheme+"://"+at.Host+at.EscapedPath()) + "&" + percent(strings.Join(all, "&"))
	mac := hmac.New(sha1.New, []byte(percent(l.secret)+"&"+percent(secret)))
	_, _ = mac.Write([]byte(base))
	oauth["oauth_signature"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	var header []string
	for name, value := range oauth {
		header = append(header, percent(name)+`="`+percent(value)+`"`)
	}
	slices.Sort(header)
	return "OAuth " + strings.Join(header, ", ")
}

// percent encodes as RFC 5849 3.6 says.
func percent(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
