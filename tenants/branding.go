package tenants

import (
	"math"
	"net/url"
	"regexp"

	"github.com/keyhall/keyhall/internal/contrast"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/internal/link"
)

// Branding is how a tenant's mails and hosted pages look. Empty fields mean the tenant's own name, no picture, and
// Keyhall's colours.
type Branding struct {
	Name       string `json:"name"`
	LogoURL    string `json:"logo_url"`   // https, on a plain host
	Color      string `json:"color"`      // "#1d4ed8"; of buttons and links, readable on white
	Background string `json:"background"` // "#f1f5f9"; around the white middle
}

// DisplayName is what people read: the name of the branding, else the tenant's.
func (s *Scope) DisplayName() string {
	if name := s.tenant.Settings.Branding.Name; name != "" {
		return name
	}
	return s.tenant.Name
}

func (b Branding) check(p *fault.Problems) {
	checkOptionalName(p, "branding.name", b.Name)
	if b.LogoURL != "" && !isLogo(b.LogoURL) {
		p.Add("branding.logo_url", fault.BadFormat)
	}
	if _, ok := contrast.Parse(b.Background); b.Background != "" && !ok {
		p.Add("branding.background", fault.BadFormat)
	}
	if b.Color == "" {
		return
	}
	color, ok := contrast.Parse(b.Color)
	white, _ := contrast.Parse(contrast.White)
	if !ok {
		p.Add("branding.color", fault.BadFormat)
	} else if ratio := contrast.Ratio(color, white); ratio < contrast.Readable {
		p.Add("branding.color", fault.ContrastLow, "value", math.Floor(ratio*10)/10, "min", contrast.Readable)
	}
}

// logoHost is a host that can stand in a Content-Security-Policy as it is.
var logoHost = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]{1,5})?$`)

func isLogo(text string) bool {
	u, err := url.Parse(text)
	return link.Address(text) == nil && err == nil && u.Scheme == "https" && logoHost.MatchString(u.Host)
}
