package deploy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// stage is a part of a Dockerfile.
type stage struct {
	image, name string
	steps       []step
}

type step struct{ verb, rest string }

func stages(t *testing.T) []stage {
	t.Helper()
	var all []stage
	for line := range strings.Lines(strings.ReplaceAll(read(t, "Dockerfile"), "\\\n", " ")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		if verb == "FROM" {
			image, name, _ := strings.Cut(rest, " AS ")
			all = append(all, stage{image: image, name: name})
			continue
		}
		if len(all) == 0 {
			t.Fatalf("%s comes before the first FROM", verb)
		}
		last := &all[len(all)-1]
		last.steps = append(last.steps, step{verb, strings.TrimSpace(rest)})
	}
	return all
}

// all gives what follows a verb in the stage, in order.
func (s stage) all(verb string) []string {
	var found []string
	for _, one := range s.steps {
		if one.verb == verb {
			found = append(found, one.rest)
		}
	}
	return found
}

// list reads the JSON form of an instruction: ["/keyhall", "health"].
func list(t *testing.T, text string) []string {
	t.Helper()
	var words []string
	if err := json.Unmarshal([]byte(text), &words); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return words
}

func TestEveryCopiedPathExists(t *testing.T) {
	t.Parallel()
	var before []string
	for _, s := range stages(t) {
		for _, copied := range s.all("COPY") {
			words := strings.Fields(copied)
			from, isStage := strings.CutPrefix(words[0], "--from=")
			if isStage && !slices.Contains(before, from) {
				t.Errorf("COPY %s: there is no stage %s before", copied, from)
			}
			for _, source := range words[:len(words)-1] {
				if !isStage {
					mustExist(t, "COPY "+copied, source)
				}
			}
		}
		before = append(before, s.name)
	}
}

func TestImagesHaveVersions(t *testing.T) {
	t.Parallel()
	for _, s := range stages(t) {
		if s.image != "scratch" {
			wantVersion(t, s.image)
		}
	}
}

func wantVersion(t *testing.T, image string) {
	t.Helper()
	_, tag, found := strings.Cut(image, ":")
	if !found || tag == "" || strings.HasPrefix(tag, "latest") {
		t.Errorf("the image %s has no version", image)
	}
}

func TestTheImageRunsTheProgramAsNobody(t *testing.T) {
	t.Parallel()
	all := stages(t)
	final := all[len(all)-1]
	users := final.all("USER")
	if len(users) != 1 || strings.HasPrefix(users[0], "0") || strings.HasPrefix(users[0], "root") {
		t.Errorf("USER %q", users)
	}
	program := list(t, final.all("ENTRYPOINT")[0])
	if !slices.ContainsFunc(final.all("COPY"), func(c string) bool { return strings.HasSuffix(c, " "+program[0]) }) {
		t.Errorf("%s is not copied", program[0])
	}
	command := list(t, final.all("CMD")[0])
	known := variables(t, command...)
	for _, setting := range final.all("ENV") {
		if name, _, _ := strings.Cut(setting, "="); !known[name] {
			t.Errorf("keyhall %s does not read %s", command[0], name)
		}
	}
	_, check, _ := strings.Cut(final.all("HEALTHCHECK")[0], "CMD ")
	words := list(t, check)
	if words[0] != program[0] {
		t.Errorf("the health check runs %s", words[0])
	}
	help(t, words[1:]...)
}

func TestTheLinkerSetsAVariableThatExists(t *testing.T) {
	t.Parallel()
	if !strings.Contains(read(t, "Dockerfile"), "-X main.version=$VERSION") || !strings.Contains(read(t, "apps/keyhall/main.go"), "\nvar version = ") {
		t.Error("the version does not get into the program")
	}
}
