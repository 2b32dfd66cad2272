package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of Argon2id (RFC 9106).
type Params struct {
	Memory uint32 // in KiB
	Passes uint32
	Lanes  uint8 // more than one would start threads outside the Pool
}

// Recommended is the second of OWASP's equivalent choices: of those the one that takes the least memory but for tiny
// ones, since a full Pool has one such block per hasher.
var Recommended = Params{Memory: 19 * 1024, Passes: 2, Lanes: 1}

// Cheap is for tests, where the cost of a guess does not matter. It protects nothing.
var Cheap = Params{Memory: 64, Passes: 1, Lanes: 1}

const (
	saltBytes = 16
	keyBytes  = 32
)

// errNotHash says that a stored value is no hash. It never quotes the value.
var errNotHash = errors.New("password: the stored hash is neither an Argon2id PHC string nor in a format of foreign.go")

// NeedsRehash reports whether a stored hash was made at other costs than p, so that the next right password should be
// hashed anew. It is true for what is no hash at all.
func NeedsRehash(phc string, p Params) bool {
	h, err := parse(phc)
	return err != nil || h.params != p || len(h.salt) != saltBytes || len(h.key) != keyBytes
}

// hashed is a hash in its parts: "$argon2id$v=19$m=19456,t=2,p=1$salt$key", salt and key in unpadded base64
// (the PHC string format).
type hashed struct {
	params Params
	salt   []byte
	key    []byte
}

func hash(password string, p Params) hashed {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: crypto/rand ends the program rather
	return hashed{params: p, salt: salt, key: derive(password, salt, p, keyBytes)}
}

// nobody is the hash of no password: random bytes in the place of a key. Comparing with it takes as long as with any
// other, and making it takes no time.
func nobody(p Params) hashed {
	bytes := make([]byte, saltBytes+keyBytes)
	rand.Read(bytes) // never fails, as above
	return hashed{params: p, salt: bytes[:saltBytes], key: bytes[saltBytes:]}
}

func (h hashed) matches(password string) bool {
	key := derive(password, h.salt, h.params, len(h.key))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

func (h hashed) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		h.params.Memory, h.params.Passes, h.params.Lanes, b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

// parse reads exactly what String writes: one spelling, nothing left over, costs within bounds.
func parse(phc string) (hashed, error) {
	var h hashed
	part := strings.Split(phc, "$")
	if len(part) != 6 {
		return h, errNotHash
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &h.params.Memory, &h.params.Passes, &h.params.Lanes); err != nil {
		return h, errNotHash
	}
	var err error
	if h.salt, err = base64.RawStdEncoding.DecodeString(part[4]); err != nil {
		return h, errNotHash
	}
	if h.key, err = base64.RawStdEncoding.DecodeString(part[5]); err != nil {
		return h, errNotHash
	}
	if !h.sane() || h.String() != phc {
		return hashed{}, errNotHash
	}
	return h, nil
}

// sane keeps a damaged or planted hash from taking the machine: at most 256 MiB and 16 passes, and not both.
func (h hashed) sane() bool {
	p := h.params
	return between(p.Lanes, 1, 4) && between(p.Passes, 1, 16) && between(p.Memory, 8*uint32(p.Lanes), 1<<18) &&
		p.Memory*p.Passes <= mostArgon2 &&
		between(len(h.salt), 8, 64) && between(len(h.key), 16, 64)
}

func derive(password string, salt []byte, p Params, length int) []byte {
	return argon2.IDKey([]byte(password), salt, p.Passes, p.Memory, p.Lanes, uint32(length))
}

func between[N int | uint8 | uint32](n, low, high N) bool { return low <= n && n <= high }
