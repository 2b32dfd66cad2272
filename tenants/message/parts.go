package message

import "strings"

// Parts is how a text goes over the air: in how many messages, each of which is paid for.
type Parts struct {
	Encoding string // GSM-7 (3GPP TS 23.038, 6.2.1) or UCS-2
	Units    int    // septets, or 16-bit units
	Count    int
}

// The names of the two encodings.
const (
	GSM7 = "GSM-7"
	UCS2 = "UCS-2"
)

// The basic table of 3GPP TS 23.038, 6.2.1, but for the escape; characters of the extension (6.2.1.1) take two septets.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtra = "\f^{}\\[~]|€"
)

// PartsOf counts the parts of a text. A message holds 160 septets or 70 units of UCS-2; of several, each spends some on
// telling its place (3GPP TS 23.040, 9.2.3.24.1), and none is divided within a character.
func PartsOf(text string) Parts {
	p := Parts{Encoding: GSM7}
	widths := make([]int, 0, len(text))
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			widths = append(widths, 1)
		case strings.ContainsRune(gsmExtra, r):
			widths = append(widths, 2)
		default:
			return ucs2Parts(text)
		}
	}
	return p.fill(widths, 160, 153)
}

func ucs2Parts(text string) Parts {
	var widths []int
	for _, r := range text {
		width := 1
		if r > 0xFFFF {
			width = 2 // a pair of surrogates
		}
		widths = append(widths, width)
	}
	return Parts{Encoding: UCS2}.fill(widths, 70, 67)
}

// fill lays characters of these widths into one message, or if that is too short into several.
func (p Parts) fill(widths []int, alone, among int) Parts {
	count, used := 1, 0
	for _, width := range widths {
		p.Units += width
		if used+width > among {
			count, used = count+1, 0
		}
		used += width
	}
	p.Count = count
	if p.Units <= alone {
		p.Count = 1
	}
	return p
}
