package password

import (
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/keyhall/keyhall/internal/fault"
)

// djangoArgon2 reads the PHC string behind "argon2".
func djangoArgon2(text string) (test, error) {
	return phcArgon2(strings.TrimPrefix(text, "argon2"))
}

// phcArgon2 reads "$argon2id$v=19$m=KiB,t=passes,p=lanes$salt$key" and the same of argon2i (RFC 9106). Argon2d, which
// leaks by its timing, and the draft's version 16 cannot be computed here.
func phcArgon2(text string) (test, error) {
	part, err := fields(text, "$", 6)
	if err != nil {
		return nil, err
	}
	derive, known := map[string]func([]byte, []byte, uint32, uint32, uint8, uint32) []byte{"argon2i": argon2.Key, "argon2id": argon2.IDKey}[part[1]]
	if part[0] != "" || !known || part[2] != "v=19" {
		return nil, fault.HashUnknown
	}
	memory, passes, lanes, err := argon2Costs(part[3])
	if err != nil {
		return nil, err
	}
	salt, err := binary(base64.RawStdEncoding, part[4], 8, longestSalt)
	if err != nil {
		return nil, err
	}
	key, err := binary(base64.RawStdEncoding, part[5], 16, 64)
	if err != nil {
		return nil, err
	}
	return func(password string) bool {
		got := derive([]byte(password), salt, uint32(passes), uint32(memory), uint8(lanes), uint32(len(key)))
		return subtle.ConstantTimeCompare(got, key) == 1
	}, nil
}

func argon2Costs(text string) (memory, passes, lanes int, err error) {
	cost, err := fields(text, ",", 3)
	if err != nil {
		return 0, 0, 0, err
	}
	for i, name := range []string{"m", "t", "p"} {
		if cost[i], err = named(name, cost[i]); err != nil {
			return 0, 0, 0, err
		}
	}
	n, err := numbers(mostArgon2, cost...)
	if err != nil {
		return 0, 0, 0, err
	}
	if n[0] > mostMemory || n[0]*n[1] > mostArgon2 || n[2] > mostLanes {
		return 0, 0, 0, fault.HashCostly
	}
	if n[0] < 8*n[2] {
		return 0, 0, 0, fault.HashUnknown
	}
	return n[0], n[1], n[2], nil
}
