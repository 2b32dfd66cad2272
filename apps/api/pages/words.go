package pages

import (
	"encoding/json"
	"fmt"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/tenants/message"
)

// words are all texts of the pages in one language.
type words struct {
	Error    string               `json:"error"`
	Password string               `json:"password"`
	Again    string               `json:"again"`
	Pages    map[string]pageWords `json:"pages"`
	Faults   map[string]string    `json:"faults"` // by the code of the fault

	locale string
}

type pageWords struct {
	Title, Text, Button, Done string
}

// catalogue has the words of each shipped language; the build carries the files, so a broken one is found by any test.
var catalogue = mustLoad()

func mustLoad() map[string]*words {
	all := map[string]*words{}
	for _, locale := range message.Locales() {
		w := &words{locale: locale}
		raw, err := files.ReadFile("words/" + locale + ".json")
		if err == nil {
			err = json.Unmarshal(raw, w)
		}
		if err != nil {
			panic(fmt.Sprintf("pages: words/%s.json: %v", locale, err))
		}
		all[locale] = w
	}
	return all
}

// wordsFor picks the language: that of the mail, which is the user's, then of the request, then of the tenant.
func wordsFor(c *wire.Call, mail string) *words {
	tenant := ""
	if c.Scope != nil {
		tenant = c.Scope.Settings().Locale
	}
	return catalogue[message.Locale(mail, c.Language, tenant)]
}
