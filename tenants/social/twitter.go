package social

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the signature of OAuth 1.0a that Twitter takes
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/markbates/goth"

	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

// Twitter speaks OAuth 1.0a, in which a request is signed with the secrets of the app and of the token together: a token
// of another app cannot be signed for. goth's provider calls without its HTTP client, so this one signs by itself.
var twitterFamily = family{
	issuer: "https://api.twitter.com",
	usual: tenants.SocialEndpoints{ //nolint:gosec // G101: these are addresses
		Authorize: "https://api.twitter.com/oauth/authenticate", Token: "https://api.twitter.com/oauth/access_token",
		UserInfo: "https://api.twitter.com/1.1/account/verify_credentials.json",
	},
	begin:  beginTwitter,
	client: clientOfTwitter,
	redeem: redeemTwitter,
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

// beginTwitter gets a request token, for which the browser is sent to Twitter (RFC 5849 2.1). There is no state in OAuth 1.0a, so
// it travels in the callback.
func beginTwitter(l *line, b Beginning) (Begun, error) {
	q, err := requestToken(l, b.State)
	if err != nil {
		return Begun{}, err
	}
	token, secret, err := l.tokenFrom(q, fault.SocialRefused)
	if err != nil {
		return Begun{}, err
	}
	to, err := url.Parse(l.to.Authorize)
	if err != nil {
		return Begun{}, err
	}
	query := to.Query()
	query.Set("oauth_token", token)
	to.RawQuery = query.Encode()
	return Begun{URL: to.String(), Session: url.Values{"token": {token}, "secret": {secret}}.Encode()}, nil
}

// redeemTwitter makes the token of the request token and what the browser brought back, oauth_verifier (RFC 5849 2.3).
func redeemTwitter(l *line, code string) (token, secret string, err error) {
	session, err := url.ParseQuery(l.proof.Session)
	if err != nil || session.Get("token") == "" {
		return "", "", fault.SocialInputMissing.With("provider", l.provider)
	}
	at, err := url.Parse(l.to.Token)
	if err != nil {
		return "", "", err
	}
	oauth := map[string]string{"oauth_token": session.Get("token"), "oauth_verifier": code}
	q, err := signedPost(l, at, session.Get("secret"), oauth)
	if err != nil {
		return "", "", err
	}
	return l.tokenFrom(q, fault.SocialCodeRefused)
}

// requestToken asks for a request token.
func requestToken(l *line, state string) (*http.Request, error) {
	at, err := url.Parse(l.to.Token)
	if err != nil {
		return nil, err
	}
	back, err := url.Parse(l.callback)
	if err != nil {
		return nil, err
	}
	query := back.Query()
	query.Set("state", state)
	back.RawQuery = query.Encode()
	at = at.ResolveReference(&url.URL{Path: "request_token"}) // beside access_token
	return signedPost(l, at, "", map[string]string{"oauth_callback": back.String()})
}

func signedPost(l *line, at *url.URL, secret string, oauth map[string]string) (*http.Request, error) {
	q, err := http.NewRequestWithContext(l.ctx, http.MethodPost, at.String(), nil)
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", l.signWith(http.MethodPost, at, secret, oauth))
	return q, nil
}

// tokenFrom reads a token and its secret.
func (l *line) tokenFrom(q *http.Request, refusal *fault.Code) (token, tokenSecret string, err error) {
	body, _, err := l.send(q, refusal)
	if err != nil {
		return "", "", err
	}
	given, err := url.ParseQuery(string(body))
	if err != nil || given.Get("oauth_token") == "" || given.Get("oauth_token_secret") == "" {
		return "", "", l.fail(fault.DependencyDown)
	}
	return given.Get("oauth_token"), given.Get("oauth_token_secret"), nil
}

// sign makes the Authorization of a request without a body (RFC 5849 3.4 and 3.5.1).
func (l *line) sign(method string, at *url.URL, token, secret string) string {
	return l.signWith(method, at, secret, map[string]string{"oauth_token": token})
}

func (l *line) signWith(method string, at *url.URL, secret string, oauth map[string]string) string {
	maps.Copy(oauth, map[string]string{
		"oauth_consumer_key": l.app.ClientID, "oauth_nonce": rand.Text(), "oauth_signature_method": "HMAC-SHA1",
		"oauth_timestamp": strconv.FormatInt(l.now().Unix(), 10), "oauth_version": "1.0",
	})
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

// clientOfTwitter asks for a request token, which only an app gets that Twitter knows, and only for an address that is registered.
func clientOfTwitter(l *line) why {
	q, err := requestToken(l, madeUp)
	if err != nil {
		return why{badAnswer, ""}
	}
	status, _, gone := l.probe(q)
	switch {
	case gone != why{}:
		return gone
	case status == http.StatusOK:
		return why{}
	case status == http.StatusUnauthorized:
		return why{clientRefused, strconv.Itoa(status)}
	case status == http.StatusForbidden:
		return why{callbackRefused, strconv.Itoa(status)}
	}
	return why{badAnswer, strconv.Itoa(status)}
}
