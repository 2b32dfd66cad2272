package native

import (
	"net/http"

	"github.com/keyhall/keyhall/apps/api/wire"
	"github.com/keyhall/keyhall/internal/fault"
	"github.com/keyhall/keyhall/tenants/admin"
)

type adminLoginIn struct {
	Email    string `json:"email" validate:"required"`
	Password string `json:"password" wire:"secret" validate:"required"`
	Code     string `json:"code" wire:"blank,secret" validate:"max=64"`
}

func proofOf(in adminLoginIn) admin.Proof {
	return admin.Proof{Email: in.Email, Password: in.Password, Code: in.Code}
}

func (n contract) adminLogin(c *wire.Call, in adminLoginIn) (wire.Response, error) {
	g, err := n.Admins.Login(c.Ctx, proofOf(in), false, c.Client())
	return wire.OK(showAdminTokens(g)), err
}

func (n contract) adminRefresh(c *wire.Call, in refreshIn) (wire.Response, error) {
	g, err := n.Admins.Refresh(c.Ctx, in.RefreshToken)
	return wire.OK(showAdminTokens(g)), err
}

func (n contract) adminLogout(c *wire.Call) (wire.Response, error) {
	return wire.NoContent(), n.Admins.Logout(c.Ctx, actorOf(c))
}

type adminSessionOut struct {
	Admin     adminOut `json:"admin"`
	CSRFToken string   `json:"csrf_token"`
}

func (n contract) openAdminSession(c *wire.Call, in adminLoginIn) (wire.Response, error) {
	if err := n.browserMaySignIn(c); err != nil {
		return wire.Response{}, err
	}
	g, err := n.Admins.Login(c.Ctx, proofOf(in), true, c.Client())
	return browserSession(c, g), err
}

// browserMaySignIn refuses what no page of ours would send.
func (n contract) browserMaySignIn(c *wire.Call) error {
	if !c.HTTPS && !n.PlainCookies {
		return fault.HTTPSNeeded
	}
	if c.Header("Origin") != "" && !fromOwnPage(c) { // no other site may sign somebody in here
		return fault.CSRFFailed
	}
	return nil
}

func browserSession(c *wire.Call, g admin.Grant) wire.Response {
	r := wire.OK(adminSessionOut{showAdmin(g.Admin), g.CSRF})
	r.Cookies = []*http.Cookie{sessionCookie(c, g.Cookie, 7*24*60*60)}
	return r
}

// adminSession tells a page that was loaded anew who is signed in, and its anti-forgery token, which the page has lost.
func (n contract) adminSession(c *wire.Call) (wire.Response, error) {
	if actorOf(c).CSRF == "" {
		return wire.Response{}, fault.NoCredentials // a token is no browser session
	}
	return wire.OK(adminSessionOut{showAdmin(actorOf(c).Admin), actorOf(c).CSRF}), nil
}

func (n contract) closeAdminSession(c *wire.Call) (wire.Response, error) {
	if actorOf(c).CSRF == "" {
		return wire.Response{}, fault.NoCredentials
	}
	r := wire.NoContent()
	r.Cookies = []*http.Cookie{sessionCookie(c, "", -1)}
	return r, n.Admins.Logout(c.Ctx, actorOf(c))
}

func (n contract) admin(c *wire.Call) (wire.Response, error) {
	return wire.OK(showAdmin(actorOf(c).Admin)), nil
}

func (n contract) changeAdminPassword(c *wire.Call, in passwordChangeIn) (wire.Response, error) {
	return wire.NoContent(), n.Admins.ChangePassword(c.Ctx, actorOf(c), in.Current, in.New)
}

type acceptIn struct {
	Token    string `json:"token" validate:"required"`
	Password string `json:"password" wire:"secret" validate:"required"`
	Name     string `json:"name" wire:"blank" validate:"max=100"`
}

func (n contract) acceptInvitation(c *wire.Call, in acceptIn) (wire.Response, error) {
	g, err := n.Admins.Accept(c.Ctx, in.Token, in.Password, in.Name, c.Client())
	return wire.OK(showAdminTokens(g)), err
}

func (n contract) listAdmins(c *wire.Call) (wire.Response, error) {
	all, err := n.Admins.Members(c.Ctx, c.Scope)
	return wire.OK(listing[memberOut]{each(all, showMember)}), err
}

type inviteIn struct {
	Email string `json:"email" validate:"required,django_email"`
	Role  string `json:"role" validate:"required,oneof=owner admin approver viewer"`
}

func (n contract) inviteAdmin(c *wire.Call, in inviteIn) (wire.Response, error) {
	m, err := n.Admins.Invite(c.Ctx, c.Scope, actorOf(c), in.Email, in.Role, c.Client())
	return wire.Created(showMember(m)), err
}

type roleIn struct {
	Role string `json:"role" validate:"required,oneof=owner admin approver viewer"`
}

func (n contract) changeAdmin(c *wire.Call, in roleIn) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	m, err := n.Admins.SetRole(c.Ctx, c.Scope, actorOf(c), id, in.Role, c.Client())
	return wire.OK(showMember(m)), err
}

func (n contract) resetAdminFactor(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Admins.ResetMember(c.Ctx, c.Scope, actorOf(c), id, c.Client())
}

type platformSettingsOut struct {
	OperatorsSecondFactor bool `json:"operators_second_factor"`
}

func (n contract) platformSettings(c *wire.Call) (wire.Response, error) {
	p, err := n.Admins.PlatformSettings(c.Ctx)
	return wire.OK(platformSettingsOut(p)), err
}

type platformSettingsIn struct {
	OperatorsSecondFactor bool `json:"operators_second_factor" validate:"required"`
}

func (n contract) changePlatformSettings(c *wire.Call, in platformSettingsIn) (wire.Response, error) {
	p, err := n.Admins.DemandOfOperators(c.Ctx, actorOf(c), in.OperatorsSecondFactor, c.Client())
	return wire.OK(platformSettingsOut(p)), err
}

func (n contract) removeAdmin(c *wire.Call) (wire.Response, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return wire.Response{}, err
	}
	return wire.NoContent(), n.Admins.Remove(c.Ctx, c.Scope, actorOf(c), id, c.Client())
}
