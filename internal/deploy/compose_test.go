package deploy

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

type compose struct {
	Services map[string]service
	Volumes  map[string]any
}

type service struct {
	Image       string
	Build       *struct{ Context string }
	Command     []string
	Environment map[string]string
	Ports       []string
	Volumes     []string
	Healthcheck *struct {
		Test    []string
		Disable bool
	}
	DependsOn map[string]struct{ Condition string } `yaml:"depends_on"`
}

// ours tells our program from other people's.
func (s service) ours() bool { return s.Build != nil }

// checked tells whether there is a health check: in the file or, for ours, in the image.
func (s service) checked() bool {
	if s.Healthcheck != nil {
		return !s.Healthcheck.Disable && len(s.Healthcheck.Test) > 0
	}
	return s.ours()
}

func services(t *testing.T) compose {
	t.Helper()
	var c compose
	if err := yaml.Unmarshal([]byte(read(t, "docker-compose.yml")), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Services) == 0 {
		t.Fatal("docker-compose.yml has no services")
	}
	return c
}

func TestServicesRunCommandsThatExistWithVariablesTheyRead(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name, s := range services(t).Services {
		if !s.ours() {
			continue
		}
		mustExist(t, name, s.Build.Context+"/Dockerfile")
		command := s.Command[0]
		seen[command] = true
		known := variables(t, command)
		for v := range s.Environment {
			if !known[v] {
				t.Errorf("%s: keyhall %s does not read %s", name, command, v)
			}
		}
		for _, v := range required(t, command) {
			if s.Environment[v] == "" {
				t.Errorf("%s: keyhall %s needs %s", name, command, v)
			}
		}
	}
	for _, command := range []string{"migrate", "serve", "work"} {
		if !seen[command] {
			t.Errorf("no service runs keyhall %s", command)
		}
	}
}

func TestServersHaveTheRoleThatMigrateSetsUp(t *testing.T) {
	t.Parallel()
	all := services(t).Services
	env := all["migrate"].Environment
	login := "postgres://" + env["KEYHALL_RUNTIME_ROLE"] + ":" + env["KEYHALL_RUNTIME_PASSWORD"] + "@"
	owner := all["postgres"].Environment
	if !strings.HasPrefix(env["KEYHALL_DATABASE_URL"], "postgres://"+owner["POSTGRES_USER"]+":"+owner["POSTGRES_PASSWORD"]+"@postgres:5432/"+owner["POSTGRES_DB"]) {
		t.Errorf("migrate uses %s", env["KEYHALL_DATABASE_URL"])
	}
	for _, name := range []string{"api", "worker"} {
		if url := all[name].Environment["KEYHALL_DATABASE_URL"]; !strings.HasPrefix(url, login) || !strings.HasSuffix(url, "/"+owner["POSTGRES_DB"]+"?sslmode=disable") {
			t.Errorf("%s uses %s", name, url)
		}
	}
}

func TestDependenciesExistAndCanBeWaitedFor(t *testing.T) {
	t.Parallel()
	all := services(t)
	for name, s := range all.Services {
		for other, d := range s.DependsOn {
			on, found := all.Services[other]
			switch {
			case !found:
				t.Errorf("%s waits for %s, which does not exist", name, other)
			case d.Condition == "service_healthy" && !on.checked():
				t.Errorf("%s waits for %s to be healthy, which has no health check", name, other)
			case d.Condition == "service_completed_successfully" && on.Command[0] != "migrate":
				t.Errorf("%s waits for the end of %s", name, other)
			}
		}
		for _, v := range s.Volumes {
			if volume, _, _ := strings.Cut(v, ":"); !hasKey(all.Volumes, volume) {
				t.Errorf("%s: the volume %s is not declared", name, volume)
			}
		}
	}
}

func hasKey(m map[string]any, key string) bool {
	_, found := m[key]
	return found
}

func TestForeignImagesHaveVersionsAndPortsStayOnThisMachine(t *testing.T) {
	t.Parallel()
	for name, s := range services(t).Services {
		wantVersion(t, s.Image)
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s: port %s is open to the network", name, p)
			}
		}
	}
}

var (
	interpolated = regexp.MustCompile(`\$\{([A-Z_]+)(:\?[^}]*)?\}`)
	assigned     = regexp.MustCompile(`(?m)^([A-Z_]+)=`)
)

func TestTheEnvironmentFileHasWhatComposeAsksFor(t *testing.T) {
	t.Parallel()
	wanted, given := map[string]bool{}, map[string]bool{}
	for _, found := range interpolated.FindAllStringSubmatch(read(t, "docker-compose.yml"), -1) {
		wanted[found[1]] = true
		if found[2] == "" {
			t.Errorf("docker-compose.yml goes on without %s", found[1])
		}
	}
	for _, found := range assigned.FindAllStringSubmatch(read(t, ".env.example"), -1) {
		given[found[1]] = true
	}
	if !maps.Equal(wanted, given) {
		t.Errorf("docker-compose.yml asks for %q, .env.example has %q", slices.Sorted(maps.Keys(wanted)), slices.Sorted(maps.Keys(given)))
	}
}

var mentioned = regexp.MustCompile("KEYHALL_[A-Z_]*[A-Z]")

// The variables of the documents are those of the program, too.
func TestDocumentedVariablesExist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, command := range []string{"dev", "serve", "work", "migrate", "health"} {
		maps.Copy(known, variables(t, command))
	}
	about := read(t, "docs/operations.md")
	for _, v := range mentioned.FindAllString(about, -1) {
		if !known[v] {
			t.Errorf("docs/operations.md: no command reads %s", v)
		}
	}
	for _, command := range []string{"serve", "work", "migrate"} {
		for v := range variables(t, command) {
			if !strings.Contains(about, "`"+v+"`") {
				t.Errorf("docs/operations.md does not say what %s is", v)
			}
		}
	}
}
