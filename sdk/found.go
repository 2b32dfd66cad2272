package keyhall

import "encoding/json"

// FoundProfiles is what SimpleJWT.Search finds, whether or not the tenant has the list in an envelope
// (contracts.simplejwt.search_envelope).
type FoundProfiles []SimpleJWTProfile

// UnmarshalJSON reads the list, or the envelope that it is in.
func (f *FoundProfiles) UnmarshalJSON(body []byte) error {
	var envelope SimpleJWTFoundEnvelope
	if err := json.Unmarshal(body, &envelope); err == nil {
		*f = envelope.Results
		return nil
	}
	return json.Unmarshal(body, (*[]SimpleJWTProfile)(f))
}
