//go:build ignore

// Build writes passwords.txt.gz, the list of common passwords. See NOTICE for its source.
//
//	npm pack @zxcvbn-ts/language-common@4.1.3 && tar xzf zxcvbn-ts-language-common-4.1.3.tgz
//	go run build.go package/src/passwords.json > passwords.txt.gz
package main

import (
	"compress/gzip"
	"encoding/json"
	"log"
	"os"
	"slices"
	"strings"
)

const (
	usualMinimum = 8    // every listed password that a usual policy would let pass is kept
	shortOnes    = 4000 // of the shorter ones, only the most frequent: they matter for the wording alone
)

func main() {
	words := append(frequent(os.Args[1]), patterns()...)
	slices.Sort(words)
	out, _ := gzip.NewWriterLevel(os.Stdout, gzip.BestCompression)
	if _, err := out.Write([]byte(strings.Join(slices.Compact(words), "\n"))); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
}

// frequent reads the source, a JSON array with the most frequent password first.
func frequent(file string) (kept []string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var ranked []string
	if err := json.Unmarshal(raw, &ranked); err != nil {
		log.Fatal(err)
	}
	short := 0
	for _, word := range ranked {
		if len(word) < usualMinimum {
			if short++; short > shortOnes {
				continue
			}
		}
		kept = append(kept, strings.ToLower(word))
	}
	return kept
}

// patterns are what the source leaves out because its own matcher finds them: repeats, runs and keyboard rows.
func patterns() (words []string) {
	const letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	for _, c := range letters + digits {
		for n := 3; n <= 16; n++ {
			words = append(words, strings.Repeat(string(c), n))
		}
	}
	for _, row := range []string{letters, digits, "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		words = append(append(words, runs(row)...), runs(backwards(row))...)
	}
	for _, unit := range strings.Fields("12 123 1234 321 abc abcd qwe qwer asd asdf zxc zxcv qaz wsx 1q2w") {
		for n := 2; n <= 4; n++ {
			words = append(words, strings.Repeat(unit, n))
		}
	}
	return words
}

func runs(row string) (words []string) {
	for from := range row {
		for to := from + 3; to <= len(row); to++ {
			words = append(words, row[from:to])
		}
	}
	return words
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}
