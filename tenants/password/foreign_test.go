package password

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/keyhall/keyhall/internal/fault"
)

const foreignPassword = "Kx9!vortex é"

// foreignHashes are all of foreignPassword, written by Django 3.2, argon2-cffi, passlib, Werkzeug, libxcrypt and
// Python's hashlib, most of them at small costs.
var foreignHashes = []string{
	`pbkdf2_sha256$1000$1dZnTB96j5kl2g3ImJsD0M$SHIRK0NPOGhVfChpyslM9rVsi/wjLZzQj0atx3wJpHs=`,
	`pbkdf2_sha1$1000$MZdYmwtgSbKRNrew2SZbyX$iRgKIKCKbkCf5bu0erD2wrfj2Hg=`,
	`argon2$argon2id$v=19$m=512,t=2,p=8$cFl4d2tVaUx0TGZTZjE0SFc1Y2xOUw$LWd1siJNVbJU1divOKxIYg`,
	`bcrypt$$2b$04$CW8nN3rgRIfDZnuAjKWIbeGpiARau30GetovGN8f4MXP4R75P.oTG`,
	`bcrypt_sha256$$2b$04$XZ2kQh.qoq6kmcyo8CvexuzNMlgDSaOWP6VwKCoCOQKkgZfbx2FsC`,
	`md5$quqMnIEq88mFwztFIQoV2J$efbaf59a7cd8de09f82f0c475225b4ed`,
	`$argon2i$v=19$m=256,t=2,p=2$06yWhOhpc1vXr38BmB4hZg$Xi5fKrwsLvEHO0gdmy0Oc8II7Xh/xXc4l+OALtXLTVE`,
	`$argon2id$v=19$m=256,t=2,p=2$Vm/m4elF/X1eIwvrykRZGQ$KYJ8y16Muc5h7LqEctvKftqC1puIkesrW2BzfPr3oj4`,
	`scrypt$1024$h7d9kLmQ2xWz$8$5$4iLsPkrVeU3S36zSsT/xrRaKmCsQfYn7+KmF2tpU0DRQyFfwPSZvQdixANe1WopqQbXkuo+kR7GsnU1mK9VpUA==`,
	`$scrypt$ln=10,r=8,p=2$AEBIKQUA4BwjRCiFkHIOoQ$nMFsSHmevlenT2ylswKW737RXvRkw9fRWvr8WRdU/yE`,
	`$P$6coSyqIZ.44i8gzGX2OF1Cl6w1wyyW0`,
	`$H$6mkXMZCq5vf66KChiaDxmRYJhtkiAZ.`,
	`{SSHA}4VBsK70BpFGHfej9azIrqGEWrnYlJGQs`,
	`{SSHA256}Pe+y+4y6BTtOepzQ+4MdfJUy9mJFbYeC2mhpTOXmgBb33ltrzRmj9A==`,
	`{SSHA512}8xVd/qODVBPFMEcToanJXsbtuVyJdrtqTYs9KcrG2nOFCrxAitURK9Kz2vWa9zE2mLl44kcEu1VcdduEuT3ye8T43zvHuNfa`,
	`pbkdf2:sha256:1000$NWFeezo8hRunm8PB$7461a9fe5f00c87214d3c03f79d75185e02a43367bb4bc8055d35eb4ffe74d38`,
	`pbkdf2:sha512:1000$F1z64zxv9DSR3IIt$92f8134bc6316809513c987ee79fb1d5b8da8ec54fcad99093b76702e7cd1a794cf60f28d20a772eda9f358d115402b8d74f4752b07faadc17683380e7bcab6b`,
	`scrypt:1024:8:1$h7d9kLmQ2xWz$a9f379bd95fef9f53883f5acffe6cb3872f5a24cfb5122ee2762b93bfbd425fef073ecdda1cb3674cbd9a629c7f3dd8b68604a39e569187608089fefc6db111e`,
	`$2a$04$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa`,
	`$2b$04$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa`,
	`$2y$04$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa`,
	`$wp$2y$04$abcdefghijklmnopqrstuunUMt4LZ7mSUA2pv8kAh5MWwjGW.6Xve`,
	`$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$MDEyMzQ1Njc4OQ==$SARgT1bEzHAK2Q721+JmZbhKED6uxj/Csbjkk4S9d1FdnSKrBXz7OOlGtbfCTcK2QuOAlX3B95OhDD4L8dLF9A==`,
}

func TestPasswordsFromElsewhere(t *testing.T) {
	t.Parallel()
	p, ctx := pool(t, PoolOptions{}), context.Background()
	for _, stored := range foreignHashes {
		if err := CheckStored(stored); err != nil {
			t.Errorf("%s: %v", stored, err)
			continue
		}
		ok, fresh, err := p.Verify(ctx, "t", stored, foreignPassword)
		if !ok || NeedsRehash(fresh, Cheap) || err != nil {
			t.Errorf("%s: %t, fresh %q, %v", stored, ok, fresh, err)
		}
		if ok, _, _ := p.Verify(ctx, "t", fresh, foreignPassword); !ok {
			t.Errorf("%s: the fresh hash is another password's", stored)
		}
		for _, wrong := range []string{"", "Kx9!vortex e", foreignPassword + "\x00", strings.Repeat("x", 300)} {
			if ok, fresh, err := p.Verify(ctx, "t", stored, wrong); ok || fresh != "" || err != nil {
				t.Errorf("%s against %q: %t, fresh %q, %v", stored, wrong, ok, fresh, err)
			}
		}
	}
}

// The project's parameters and the user are those that Firebase publishes with its own implementation.
func TestFirebaseOwnExample(t *testing.T) {
	t.Parallel()
	const stored = `$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==` +
		`$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==`
	matches, err := foreign(stored)
	if err != nil || !matches("user1password") || matches("user1passwore") {
		t.Errorf("does not agree with Firebase: %v", err)
	}
}

// Every format has a vector, so that a line in the table cannot be dead.
func TestEachFormatIsTried(t *testing.T) {
	t.Parallel()
	for _, f := range formats {
		tried := false
		for _, stored := range foreignHashes {
			tried = tried || strings.HasPrefix(stored, f.prefix)
		}
		if !tried {
			t.Errorf("%s has no test vector", f.prefix)
		}
	}
}

// Either spelling of é may have been hashed; both may be typed.
func TestForeignPasswordsAreTriedAsTypedAndNormal(t *testing.T) {
	t.Parallel()
	p, ctx := pool(t, PoolOptions{}), context.Background()
	const decomposed = "md5$salt$e5c601790d20396bd0b75d8a6dd2ebce" // of "cafe" and U+0301
	for stored, typed := range map[string]string{foreignHashes[0]: "Kx9!vortex e\u0301", decomposed: "cafe\u0301"} {
		if ok, fresh, err := p.Verify(ctx, "t", stored, typed); !ok || fresh == "" || err != nil {
			t.Errorf("%s with %q: %t, %v", stored, typed, ok, err)
		}
	}
}

func TestBcryptTakesNoLongPasswordForItsBeginning(t *testing.T) {
	t.Parallel()
	const stored = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i" // of 72 times x
	matches, err := foreign(stored)
	if err != nil || !matches(strings.Repeat("x", 72)) || matches(strings.Repeat("x", 73)) {
		t.Errorf("%v; right %t, longer %t", err, matches(strings.Repeat("x", 72)), matches(strings.Repeat("x", 73)))
	}
}

const (
	b32   = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
	b64   = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2traw=="
	raw32 = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"
)

var hex64 = strings.Repeat("6b", 64)

func TestHostileHashesAreRefusedUnread(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stored string
		want   *fault.Code
	}{
		"empty":                      {"", fault.HashUnknown},
		"plain text":                 {"secret", fault.HashUnknown},
		"unknown":                    {"$1$salt$abcdefghijklmnopqrstuv", fault.HashUnknown},
		"endless":                    {"md5$" + strings.Repeat("s", 2000) + "$5f4dcc3b5aa765d61d8327deb882cf99", fault.HashUnknown},
		"control":                    {"md5$a\x00b$5f4dcc3b5aa765d61d8327deb882cf99", fault.HashUnknown},
		"line end":                   {foreignHashes[0] + "\n", fault.HashUnknown},
		"no salt":                    {"md5$$5f4dcc3b5aa765d61d8327deb882cf99", fault.HashUnknown},
		"short digest":               {"md5$salt$5f4dcc3b", fault.HashUnknown},
		"iterations":                 {"pbkdf2_sha256$2000001$salt$" + b32, fault.HashCostly},
		"iterations over the number": {"pbkdf2_sha256$99999999999999999999$salt$" + b32, fault.HashCostly},
		"negative iterations":        {"pbkdf2_sha256$-1$salt$" + b32, fault.HashUnknown},
		"no iterations":              {"pbkdf2_sha256$0$salt$" + b32, fault.HashUnknown},
		"other spelling":             {"pbkdf2_sha256$01000$salt$" + b32, fault.HashUnknown},
		"hexadecimal iterations":     {"pbkdf2_sha256$0x10$salt$" + b32, fault.HashUnknown},
		"a key of two digests":       {"pbkdf2_sha256$1000$salt$" + b64, fault.HashUnknown},
		"other digest":               {"pbkdf2:md5:1000$salt$00", fault.HashUnknown},
		"bcrypt cost":                {"$2b$15$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa", fault.HashCostly},
		"bcrypt cost 31":             {"bcrypt$$2b$31$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa", fault.HashCostly},
		"bcrypt cost 3":              {"$2b$03$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa", fault.HashUnknown},
		"bcrypt cut":                 {"$2b$04$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbC", fault.HashUnknown},
		"bcrypt with a bug":          {"$2x$04$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa", fault.HashUnknown},
		"nested bcrypt":              {"bcrypt$bcrypt$$2b$04$abcdefghijklmnopqrstuuukVie1bIKmM/v/udrMUlf0O1juXjbCa", fault.HashUnknown},
		"argon2 memory":              {"$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$" + raw32, fault.HashCostly},
		"argon2 memory and passes":   {"$argon2id$v=19$m=131072,t=17,p=1$c29tZXNhbHQ$" + raw32, fault.HashCostly},
		"argon2 lanes":               {"$argon2i$v=19$m=65536,t=1,p=64$c29tZXNhbHQ$" + raw32, fault.HashCostly},
		"argon2 too little memory":   {"$argon2i$v=19$m=8,t=1,p=2$c29tZXNhbHQ$" + raw32, fault.HashUnknown},
		"argon2d":                    {"$argon2d$v=19$m=512,t=1,p=2$c29tZXNhbHQ$" + raw32, fault.HashUnknown},
		"argon2 version 16":          {"$argon2i$v=16$m=512,t=1,p=2$c29tZXNhbHQ$" + raw32, fault.HashUnknown},
		"argon2 parameters":          {"$argon2i$v=19$m=512,t=1,p=2,data=x$c29tZXNhbHQ$" + raw32, fault.HashUnknown},
		"our costs, 4 GiB in all":    {"$argon2id$v=19$m=262144,t=16,p=1$c29tZXNhbHQ$" + raw32, fault.HashCostly},
		"scrypt N":                   {"scrypt$1048576$salt$8$1$" + b64, fault.HashCostly},
		"scrypt N no power of two":   {"scrypt$1000$salt$8$1$" + b64, fault.HashUnknown},
		"scrypt N of one":            {"scrypt$1$salt$8$1$" + b64, fault.HashUnknown},
		"scrypt overflow":            {"scrypt$1048576$salt$1048576$1048576$" + b64, fault.HashCostly},
		"scrypt p":                   {"scrypt:1024:8:129$salt$" + hex64, fault.HashCostly},
		"scrypt key":                 {"scrypt:1024:8:1$salt$" + hex64 + hex64, fault.HashUnknown},
		"scrypt power":               {"$scrypt$ln=63,r=8,p=1$c2FsdA$" + raw32, fault.HashCostly},
		"firebase power":             {"$fbscrypt$v=1,n=18,r=8,p=1,ss=Bw==,sk=" + b64 + "$c2FsdA==$" + b64, fault.HashCostly},
		"firebase lengths":           {"$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=" + b64 + "$c2FsdA==$" + b32, fault.HashUnknown},
		"firebase version":           {"$fbscrypt$v=2,n=10,r=8,p=1,ss=Bw==,sk=" + b64 + "$c2FsdA==$" + b64, fault.HashUnknown},
		"ssha without salt":          {"{SSHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=", fault.HashUnknown},
		"phpass rounds":              {"$P$4coSyqIZ.44i8gzGX2OF1Cl6w1wyyW0", fault.HashUnknown},
		"phpass of 2^30":             {"$P$ScoSyqIZ.44i8gzGX2OF1Cl6w1wyyW0", fault.HashCostly},
	} {
		err := CheckStored(c.stored)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want.Name)
		}
	}
}

// FuzzCheckStored finds texts that panic, or that are taken although no database or spreadsheet could hold them.
func FuzzCheckStored(f *testing.F) {
	for _, stored := range foreignHashes {
		f.Add(stored)
	}
	f.Add(hash("Kx9!vortex", Cheap).String())
	f.Fuzz(func(t *testing.T, stored string) {
		err := CheckStored(stored)
		if err != nil && !errors.Is(err, fault.HashUnknown) && !errors.Is(err, fault.HashCostly) {
			t.Fatalf("%q: %v", stored, err)
		}
		if err == nil && (len(stored) > longestText || strings.ContainsFunc(stored, func(c rune) bool { return c <= ' ' || c > '~' })) {
			t.Fatalf("%q was taken", stored)
		}
	})
}
