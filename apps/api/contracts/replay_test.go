package contracts_test

import (
	"path/filepath"
	"testing"

	"github.com/keyhall/keyhall/internal/transcript"
)

// Every contract with a transcript answers as recorded.
func TestRecordedConversations(t *testing.T) {
	t.Parallel()
	s := serve(t)
	files, err := filepath.Glob("*/testdata/tenants.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		folder := filepath.Dir(file)
		name := filepath.Base(filepath.Dir(folder))
		records, err := transcript.Load(filepath.Join(folder, name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		settings, err := transcript.LoadSettings(file)
		if err != nil {
			t.Fatal(err)
		}
		server := transcript.Connect(s.url, operatorEmail, operatorPassword)
		server.Client.Transport = witness{t}
		transcript.Replay(t, server, name, transcript.Without(records, transcript.SocialPaths...), settings)
	}
}
