package native

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants"
)

func who(c *wire.Call) tenants.Who { return actorOf(c).Who(c.Client()) }

// query reads a parameter of the address, or "". What PostgreSQL's texts cannot hold is left out: nothing stored has it,
// so nothing is missed.
func query(c *wire.Call, name string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(c.Query(name), "\x00", ""), "")
}

// limitParam reads ?limit=; 0 when it is absent.
func limitParam(c *wire.Call) (int, error) {
	text := query(c, "limit")
	if text == "" {
		return 0, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > 200 {
		return 0, fault.OutOfRange.On("limit", "min", 1, "max", 200)
	}
	return limit, nil
}

func pageOf[A, B any](all []A, next string, show func(A) B) page[B] {
	return page[B]{each(all, show), orNull(next)}
}

func (n contract) listTenants(c *wire.Call) (wire.Response, error) {
	limit, err := limitParam(c)
	if err != nil {
		return wire.Response{}, err
	}
	f := tenants.Filter{Query: query(c, "q"), Status: query(c, "status"), Only: actorOf(c).Tenants(), Sort: query(c, "sort"), Cursor: query(c, "cursor"), Limit: limit}
	if f.Status != "" && !slices.Contains([]string{"active", "suspended"}, f.Status) {
		return wire.Response{}, fault.NotChoice.On("status", "value", f.Status)
	}
	all, next, err := n.Registry.List(c.Ctx, f)
	return wire.OK(pageOf(all, next, showSummary)), err
}

type createTenantIn struct {
	Slug     string          `json:"slug" validate:"required"`
	Name     string          `json:"name" validate:"required"`
	Settings json.RawMessage `json:"settings"`
}

func (n contract) createTenant(c *wire.Call, in createTenantIn) (wire.Response, error) {
	s, err := n.Registry.Create(c.Ctx, who(c), in.Slug, in.Name, in.Settings)
	if err != nil {
		return wire.Response{}, inSettings(err)
	}
	return wire.Created(showTenant(s)), nil
}

// inSettings gives complaints about settings the path they have in the body that makes a tenant.
func inSettings(err error) error {
	var p fault.Problems
	if !p.AddErr(err) {
		return err
	}
	for i, field := range p {
		if field.Name != "slug" && field.Name != "name" {
			p[i].Name = "settings." + field.Name
		}
	}
	return p.Err()
}

func (n contract) tenant(c *wire.Call) (wire.Response, error) {
	return wire.OK(showTenant(c.Scope)), nil
}

type renameIn struct {
	Name *string `json:"name"`
}

func (n contract) renameTenant(c *wire.Call, in renameIn) (wire.Response, error) {
	if in.Name == nil {
		return n.tenant(c)
	}
	return answerTenant(n.Registry.Rename(c.Ctx, who(c), c.Scope.ID(), *in.Name))
}

func (n contract) suspendTenant(c *wire.Call) (wire.Response, error) {
	return answerTenant(n.Registry.Suspend(c.Ctx, who(c), c.Scope.ID()))
}

func (n contract) resumeTenant(c *wire.Call) (wire.Response, error) {
	return answerTenant(n.Registry.Resume(c.Ctx, who(c), c.Scope.ID()))
}

func answerTenant(s *tenants.Scope, err error) (wire.Response, error) {
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(showTenant(s)), nil
}

func (n contract) settings(c *wire.Call) (wire.Response, error) {
	return wire.OK(showSettings(c.Scope)), nil
}

func (n contract) patchSettings(c *wire.Call, patch json.RawMessage) (wire.Response, error) {
	s, err := n.Registry.PatchSettings(c.Ctx, who(c), c.Scope.ID(), patch)
	if err != nil {
		return wire.Response{}, err
	}
	return wire.OK(showSettings(s)), nil
}

func (n contract) listKeys(c *wire.Call) (wire.Response, error) {
	all, err := n.Registry.Keys(c.Ctx, c.Scope)
	return wire.OK(listing[keyOut]{each(all, showKey)}), err
}

type keyCreateIn struct {
	Kind string `json:"kind" validate:"required,oneof=publishable secret"`
	Name string `json:"name" validate:"required"`
}

type newKeyOut struct {
	keyOut
	Key string `json:"key"`
}

func (n contract) createKey(c *wire.Call, in keyCreateIn) (wire.Response, error) {
	k, key, err := n.Registry.CreateKey(c.Ctx, who(c), c.Scope, in.Kind, in.Name)
	return wire.Created(newKeyOut{showKey(k), key}), err
}

func (n contract) deleteKey(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Registry.DeleteKey(c.Ctx, who(c), c.Scope, id)
}

func (n contract) listDomains(c *wire.Call) (wire.Response, error) {
	all, err := n.Registry.Domains(c.Ctx, c.Scope)
	return wire.OK(listing[domainOut]{each(all, showDomain)}), err
}

func (n contract) getDomain(c *wire.Call) (wire.Response, error) {
	all, err := n.Registry.Domains(c.Ctx, c.Scope)
	if err != nil {
		return wire.Response{}, err
	}
	i := slices.IndexFunc(all, func(d tenants.Domain) bool { return d.Host == strings.ToLower(c.Param("host")) })
	if i < 0 {
		return wire.Response{}, fault.PathUnknown
	}
	return wire.OK(showDomain(all[i])), nil
}

func (n contract) putDomain(c *wire.Call) (wire.Response, error) {
	d, err := n.Registry.PutDomain(c.Ctx, who(c), c.Scope, c.Param("host"))
	return wire.OK(showDomain(d)), err
}

func (n contract) deleteDomain(c *wire.Call) (wire.Response, error) {
	return wire.NoContent(), n.Registry.DeleteDomain(c.Ctx, who(c), c.Scope, c.Param("host"))
}

// userParam reads the filter ?user_id=; 0 when it is absent.
func userParam(c *wire.Call) (int64, error) {
	text := query(c, "user_id")
	if text == "" {
		return 0, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, fault.NotInteger.On("user_id")
	}
	return id, nil
}

func (n contract) listSigningKeys(c *wire.Call) (wire.Response, error) {
	all, err := n.Tokens.SigningKeys(c.Ctx, c.Scope)
	return wire.OK(listing[signingKeyOut]{each(all, showSigningKey)}), err
}

func (n contract) rotateSigningKey(c *wire.Call) (wire.Response, error) {
	if err := n.Tokens.Rotate(c.Ctx, c.Scope, who(c)); err != nil {
		return wire.Response{}, err
	}
	return n.listSigningKeys(c)
}
