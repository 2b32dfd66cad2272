package identifier

import "time"

// Timezone reports whether a name is one of the IANA time zone database, like "Europe/Paris" or "UTC".
func Timezone(name string) bool {
	if name == "" || name == "Local" { // these Go takes for itself
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
