package transcript

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// escaped finds characters that the original servers send as they are: everything but controls, quotes and backslashes.
var escaped = regexp.MustCompile(`\\u(?:00[2-9a-f]|0[1-9a-f]|[1-9a-f])`)

// remarks says what differs in a JSON body that compares equal: order and repetition of keys, white space, escapes.
// None of it is a failure, since no JSON parser sees it; a client that cuts texts out with its bare hands might.
func remarks(want, got []byte) []string {
	if !json.Valid(got) {
		return nil
	}
	var all []string
	recorded, live := keyOrder(want), keyOrder(got)
	for _, path := range slices.Sorted(maps.Keys(live)) {
		if keys, ok := recorded[path]; ok && !slices.Equal(keys, live[path]) {
			all = append(all, fmt.Sprintf("%s has its keys in the order %s; recorded: %s", path, list(live[path]), list(keys)))
		}
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, got); err == nil && compact.Len() != len(got) {
		all = append(all, "body has white space around its tokens")
	}
	if m := escaped.Find(bytes.ToLower(got)); m != nil {
		all = append(all, fmt.Sprintf("body escapes a character that needs none: %s...", m))
	}
	return all
}

func list(keys []string) string { return strings.Join(keys, ", ") }

// keyOrder gives the keys of every object as they stand, by the object's path. A body that is no JSON has none.
func keyOrder(text []byte) map[string][]string {
	found := map[string][]string{}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := walkKeys(d, "body", found); err != nil {
		return nil
	}
	return found
}

func walkKeys(d *json.Decoder, path string, found map[string][]string) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return walkObject(d, path, found)
	case json.Delim('['):
		return walkArray(d, path, found)
	}
	return nil
}

func walkObject(d *json.Decoder, path string, found map[string][]string) error {
	found[path] = []string{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key := fmt.Sprint(token)
		found[path] = append(found[path], key)
		if err := walkKeys(d, path+"."+key, found); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

func walkArray(d *json.Decoder, path string, found map[string][]string) error {
	for i := 0; d.More(); i++ {
		if err := walkKeys(d, fmt.Sprintf("%s[%d]", path, i), found); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}
