package password

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strconv"

	"golang.org/x/crypto/scrypt"

	"github.com/keyhall/keyhall/internal/fault"
)

// djangoScrypt reads "scrypt$N$salt$r$p$base64".
func djangoScrypt(text string) (test, error) {
	part, err := fields(text, "$", 6)
	if err != nil {
		return nil, err
	}
	costs, err := scryptCosts(part[1], part[3], part[4])
	if err != nil {
		return nil, err
	}
	key, err := binary(base64.StdEncoding, part[5], 16, 64)
	if err != nil {
		return nil, err
	}
	return costs.test([]byte(part[2]), key)
}

// werkzeugScrypt reads "scrypt:N:r:p$salt$hex", as Flask's security module writes it.
func werkzeugScrypt(text string) (test, error) {
	part, err := fields(text, "$", 3)
	if err != nil {
		return nil, err
	}
	cost, err := fields(part[0], ":", 4)
	if err != nil {
		return nil, err
	}
	costs, err := scryptCosts(cost[1], cost[2], cost[3])
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(part[2])
	if err != nil {
		return nil, fault.HashUnknown
	}
	return costs.test([]byte(part[1]), key)
}

// phcScrypt reads "$scrypt$ln=log2(N),r=,p=$salt$key", salt and key in unpadded base64.
func phcScrypt(text string) (test, error) {
	part, err := fields(text, "$", 5)
	if err != nil {
		return nil, err
	}
	cost, err := fields(part[2], ",", 3)
	if err != nil {
		return nil, err
	}
	for i, name := range []string{"ln", "r", "p"} {
		if cost[i], err = named(name, cost[i]); err != nil {
			return nil, err
		}
	}
	costs, err := scryptPower(cost[0], cost[1], cost[2])
	if err != nil {
		return nil, err
	}
	salt, err := binary(base64.RawStdEncoding, part[3], 1, longestSalt)
	if err != nil {
		return nil, err
	}
	key, err := binary(base64.RawStdEncoding, part[4], 16, 64)
	if err != nil {
		return nil, err
	}
	return costs.test(salt, key)
}

// scryptParams are N, r and p of RFC 7914.
type scryptParams struct{ n, r, p int }

func scryptCosts(n, r, p string) (scryptParams, error) {
	all, err := numbers(mostScrypt, n, r, p)
	if err != nil {
		return scryptParams{}, err
	}
	c := scryptParams{all[0], all[1], all[2]}
	switch {
	case c.r > mostScrypt/c.n || c.p > mostScrypt/(c.n*c.r):
		return scryptParams{}, fault.HashCostly
	case c.n < 2 || c.n&(c.n-1) != 0:
		return scryptParams{}, fault.HashUnknown
	}
	return c, nil
}

// scryptPower takes N by its logarithm.
func scryptPower(ln, r, p string) (scryptParams, error) {
	power, err := number(ln, 20) // 1<<20 is mostScrypt
	if err != nil {
		return scryptParams{}, err
	}
	return scryptCosts(strconv.Itoa(1<<power), r, p)
}

func (c scryptParams) derive(password string, salt []byte, length int) ([]byte, error) {
	return scrypt.Key([]byte(password), salt, c.n, c.r, c.p, length)
}

func (c scryptParams) test(salt, key []byte) (test, error) {
	if !between(len(salt), 1, longestSalt) || !between(len(key), 16, 64) {
		return nil, fault.HashUnknown
	}
	return func(password string) bool {
		got, err := c.derive(password, salt, len(key))
		return err == nil && subtle.ConstantTimeCompare(got, key) == 1
	}, nil
}
