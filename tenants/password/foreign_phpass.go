package password

import (
	"crypto/md5" //nolint:gosec // what is stored is what it is; the next sign-in replaces it
	"crypto/subtle"
	"strings"

	"github.com/keyhall/keyhall/internal/fault"
)

// sixBits is phpass' alphabet, from 0 to 63.
const sixBits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// phpass reads the portable hashes of WordPress before 6.8 ("$P$") and phpBB ("$H$"): one character for log2 of the
// rounds, eight of salt, 22 of an MD5 that was fed with itself and the password in each round.
func phpass(text string) (test, error) {
	const prefix, salted, whole = 3, 12, 34
	if len(text) != whole || strings.Trim(text[prefix:], sixBits) != "" {
		return nil, fault.HashUnknown
	}
	switch power := strings.IndexByte(sixBits, text[prefix]); {
	case power < 7:
		return nil, fault.HashUnknown
	case power > mostPhpass:
		return nil, fault.HashCostly
	default:
		rounds, salt, stored := 1<<power, text[prefix+1:salted], text[salted:]
		return func(password string) bool {
			got := sixBitText(stretchMD5(salt, password, rounds))
			return subtle.ConstantTimeCompare([]byte(got), []byte(stored)) == 1
		}, nil
	}
}

func stretchMD5(salt, password string, rounds int) [md5.Size]byte {
	sum := md5.Sum([]byte(salt + password)) //nolint:gosec // as above
	buffer := make([]byte, md5.Size, md5.Size+len(password))
	buffer = append(buffer, password...)
	for range rounds {
		copy(buffer, sum[:])
		sum = md5.Sum(buffer) //nolint:gosec // as above
	}
	return sum
}

// sixBitText writes 16 bytes as 22 characters: the bits of each three bytes from the lowest up.
func sixBitText(sum [md5.Size]byte) string {
	var text strings.Builder
	bits, have := 0, 0
	for _, b := range sum {
		bits |= int(b) << have
		for have += 8; have >= 6; have -= 6 {
			text.WriteByte(sixBits[bits&63])
			bits >>= 6
		}
	}
	text.WriteByte(sixBits[bits])
	return text.String()
}
