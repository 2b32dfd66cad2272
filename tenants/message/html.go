package message

import (
	"html"
	"strings"

	"github.com/keyhall/keyhall/internal/contrast"
)

// The blocks of the HTML part; the page around them is layout.html. Styles stand in the elements, because several
// mail programs drop style sheets; classes are only for the dark colours.
const (
	htmlParagraph = `<p style="margin:0 0 16px">{body}</p>`
	htmlCopyable  = `<p style="margin:0 0 4px">{label}</p>
<p class="box" style="margin:0 0 16px;padding:12px 16px;border-radius:6px;background:#f1f5f9;color:#0f172a;font:16px/1.5 ui-monospace,Menlo,Consolas,monospace;word-break:break-all">{body}</p>`
	htmlButton = `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px"><tr><td class="{button}" bgcolor="{color}" style="border-radius:6px;background:{color}"><a class="{button}" href="{body}" style="display:inline-block;padding:12px 24px;border-radius:6px;background:{color};color:{ink};font-weight:600;text-decoration:none">{label}</a></td></tr></table>
<p class="quiet" style="margin:0 0 16px;font-size:14px;color:#475569">{hint}<a class="link" href="{body}" style="color:{color};word-break:break-all">{body}</a></p>`
	htmlLogo = `<img src="{logo}" alt="{site}" height="40" style="display:block;height:40px;max-width:100%;border:0">`
)

// The colours of Keyhall.
const (
	ownColor      = "#1d4ed8"
	ownBackground = "#f1f5f9"
	ownQuiet      = "#475569" // the footer, on ownBackground
)

// html lays the message out as a page. Values are escaped one by one; literals of the templates too.
func (w wording) html(r Rendered, brand Brand, v values) string {
	var parts []string
	if w.greets {
		parts = append(parts, replace(htmlParagraph, "{body}", w.words.greet(v, escape)))
	}
	for _, b := range w.blocks {
		if label, body, ok := b.fill(v, escape); ok {
			shape := [...]string{paragraph: htmlParagraph, button: brand.paint(htmlButton), copyable: htmlCopyable}[b.kind]
			parts = append(parts, replace(shape, "{label}", label, "{body}", body, "{hint}", w.hint()))
		}
	}
	why, _ := w.why.fill(v, escape)
	return replace(brand.paint(layout), "{lang}", r.Locale, "{dir}", direction(r.Locale), "{title}", escape(r.Subject), "{head}", brand.head(v),
		"{content}", strings.Join(parts, "\n"), "{footer}", brand.footer(v), "{why}", why)
}

// hint stands above the bare address of a button.
func (w wording) hint() string {
	if w.words.linkHint == "" {
		return ""
	}
	return escape(w.words.linkHint) + "<br>"
}

// paint puts the colours in. What is written on a tenant's own colour is black or white, and stays so in the dark.
func (b Brand) paint(text string) string {
	color, ink, button := ownColor, contrast.White, "button"
	if c, ok := contrast.Parse(b.Color); ok {
		color, ink, button = b.Color, contrast.Ink(c), ""
	}
	background := ownBackground
	if _, ok := contrast.Parse(b.Background); ok {
		background = b.Background
	}
	return replace(text, "{color}", color, "{ink}", ink, "{button}", button, "{background}", background, "{quiet}", b.quiet(), "{loud}", b.loud())
}

// quiet and loud are the colours of what stands on the background.
func (b Brand) quiet() string { return b.onBackground(ownQuiet) }
func (b Brand) loud() string  { return b.onBackground("#0f172a") }

func (b Brand) onBackground(usual string) string {
	if c, ok := contrast.Parse(b.Background); ok {
		return contrast.Ink(c)
	}
	return usual
}

func (b Brand) head(v values) string {
	if b.Logo == "" {
		return escape(v["site"])
	}
	return replace(htmlLogo, "{logo}", escape(b.Logo), "{site}", escape(v["site"]))
}

func (b Brand) footer(v values) string {
	site, url := escape(v["site"]), escape(v["site_url"])
	if url == "" {
		return site
	}
	return replace(`<a class="link" href="{url}" style="color:{quiet}">{site}</a>`, "{url}", url, "{site}", site, "{quiet}", b.quiet())
}

// replace puts values for names in one pass, so that no value is looked at for names again.
func replace(text string, namesAndValues ...string) string {
	return strings.NewReplacer(namesAndValues...).Replace(text)
}

func escape(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>\n")
}
