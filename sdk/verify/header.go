package verify

import (
	"encoding/json"
	"strings"
	"sync/atomic"
)

// header is the first part of a token (RFC 7515 4.1). The members that would bring a key of their own, or change how the rest is
// read, are refused.
type header struct {
	Algorithm string `json:"alg"`
	Type      string `json:"typ"`
	KeyID     string `json:"kid"`

	KeyURL   json.RawMessage `json:"jku"`
	Key      json.RawMessage `json:"jwk"`
	CertURL  json.RawMessage `json:"x5u"`
	Cert     json.RawMessage `json:"x5c"`
	Critical json.RawMessage `json:"crit"`
	Base64   json.RawMessage `json:"b64"`
}

func readHeader(part string) (header, error) {
	var h header
	raw, err := decode(part)
	if err != nil || json.Unmarshal(raw, &h) != nil || !isKeyID(h.KeyID) {
		return h, ErrMalformed
	}
	for _, foreign := range [][]byte{h.KeyURL, h.Key, h.CertURL, h.Cert, h.Critical, h.Base64} {
		if foreign != nil {
			return h, ErrMalformed
		}
	}
	return h, nil
}

// headers remembers headers of verified tokens by their text: all tokens of one key have the same. What is not found is read.
type headers struct {
	slots [64]atomic.Pointer[knownHeader]
}

type knownHeader struct {
	text string
	header
}

func (m *headers) slot(text string) *atomic.Pointer[knownHeader] {
	sum := uint32(2166136261) // FNV-1a
	for i := range len(text) {
		sum = (sum ^ uint32(text[i])) * 16777619
	}
	return &m.slots[sum%uint32(len(m.slots))]
}

func (m *headers) read(text string) (header, error) {
	if known := m.slot(text).Load(); known != nil && known.text == text {
		return known.header, nil
	}
	return readHeader(text)
}

func (m *headers) keep(text string, h header) {
	slot := m.slot(text)
	if known := slot.Load(); known == nil || known.text != text {
		slot.Store(&knownHeader{strings.Clone(text), h})
	}
}
