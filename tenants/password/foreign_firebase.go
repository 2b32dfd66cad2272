package password

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"slices"

	"github.com/keyhall/keyhall/internal/fault"
)

// firebaseScrypt reads "$fbscrypt$v=1,n=memory cost,r=rounds,p=1,ss=salt separator,sk=signer key$salt$hash", everything
// in padded base64: a user's salt and hash of Firebase's export with the project's parameters. There the scrypt key
// (RFC 7914) encrypts the project's signer key by AES-256 in counter mode, and the result is the hash.
func firebaseScrypt(text string) (test, error) {
	part, err := fields(text, "$", 5)
	if err != nil {
		return nil, err
	}
	project, err := fields(part[2], ",", 6)
	if err != nil {
		return nil, err
	}
	for i, name := range []string{"v", "n", "r", "p", "ss", "sk"} {
		if project[i], err = named(name, project[i]); err != nil {
			return nil, err
		}
	}
	costs, err := scryptPower(project[1], project[2], project[3])
	if err != nil {
		return nil, err
	}
	raw, err := firebaseBytes(project[4], project[5], part[3], part[4])
	if err != nil {
		return nil, err
	}
	separator, signer, salt, hash := raw[0], raw[1], raw[2], raw[3]
	if project[0] != "1" || len(hash) != len(signer) {
		return nil, fault.HashUnknown
	}
	return func(password string) bool {
		key, err := costs.derive(password, slices.Concat(salt, separator), 32)
		return err == nil && subtle.ConstantTimeCompare(inCounterMode(key, signer), hash) == 1
	}, nil
}

func firebaseBytes(separator, signer, salt, hash string) ([][]byte, error) {
	var all [][]byte
	for _, b := range []struct {
		text string
		low  int
	}{{separator, 0}, {signer, 16}, {salt, 1}, {hash, 16}} {
		raw, err := binary(base64.StdEncoding, b.text, b.low, longestSalt)
		if err != nil {
			return nil, err
		}
		all = append(all, raw)
	}
	return all, nil
}

// inCounterMode encrypts from the counter zero.
func inCounterMode(key, plain []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil { // the key has 32 bytes
		return nil
	}
	out := make([]byte, len(plain))
	cipher.NewCTR(block, make([]byte, aes.BlockSize)).XORKeyStream(out, plain) //nolint:gosec // G407: the format says so
	return out
}
