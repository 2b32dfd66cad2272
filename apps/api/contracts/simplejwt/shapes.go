package simplejwt

import "github.com/keyhall/keyhall/tenants/identity"

// createIn takes the documented fields and those that the real clients send beside them.
type createIn struct {
	Username  string  `json:"username" validate:"required"`
	Email     string  `json:"email" validate:"max=254,django_email" wire:"blank"`
	Password  string  `json:"password" validate:"required,max=128" wire:"secret"`
	FirstName string  `json:"first_name" validate:"max=150" wire:"blank"`
	LastName  string  `json:"last_name" validate:"max=150" wire:"blank"`
	Location  *string `json:"location" wire:"blank"`
	Birthday  *string `json:"birthday" core:"birth_date" wire:"blank"`
}

type createdOut struct {
	Username  string  `json:"username"`
	Email     string  `json:"email"`
	FirstName string  `json:"first_name"`
	LastName  string  `json:"last_name"`
	Location  string  `json:"location"`
	Birthday  *string `json:"birthday"`
}

type obtainIn struct {
	Username string `json:"username" validate:"required"`
	Password string `json:"password" validate:"required" wire:"secret"`
}

type refreshIn struct {
	Refresh string `json:"refresh" validate:"required"`
}

// pairOut must not have anything else: clients take other keys for complaints.
type pairOut struct {
	Refresh string `json:"refresh"`
	Access  string `json:"access"`
}

type resetIn struct {
	Email string `json:"email" validate:"required,django_email"`
}

type confirmIn struct {
	Password string `json:"password" validate:"required" wire:"secret"`
	Token    string `json:"token" validate:"required"`
}

type statusOut struct {
	Status string `json:"status"`
}

type editIn struct {
	FirstName *string `json:"first_name" validate:"max=150" wire:"blank"`
	LastName  *string `json:"last_name" validate:"max=150" wire:"blank"`
	Bio       *string `json:"bio" wire:"blank"`
	FavSport1 *string `json:"fav_sport_1" wire:"blank"`
	FavSport2 *string `json:"fav_sport_2" wire:"blank"`
	FavSport3 *string `json:"fav_sport_3" wire:"blank"`
	Location  *string `json:"location" wire:"blank"`
	Avatar    *string `json:"avatar" wire:"blank"`
	Privacy   *bool   `json:"privacy"`
	Birthday  *string `json:"birthday" core:"birth_date" wire:"blank"`
}

// reducedOut is what a private profile shows to others, and what a search shows of everybody.
type reducedOut struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
	Avatar   string `json:"avatar"`
	Privacy  bool   `json:"privacy"`
}

type resultsOut struct {
	Results []reducedOut `json:"results"`
}

type profileOut struct {
	ID        int64    `json:"id"`
	FirstName string   `json:"first_name"`
	LastName  string   `json:"last_name"`
	Username  string   `json:"username"`
	Bio       string   `json:"bio"`
	FavSport1 string   `json:"fav_sport_1"`
	FavSport2 string   `json:"fav_sport_2"`
	FavSport3 string   `json:"fav_sport_3"`
	Location  string   `json:"location"`
	Avatar    string   `json:"avatar"`
	Privacy   bool     `json:"privacy"`
	Badges    []string `json:"badges"`             // for a client that wants the list; Keyhall gives none
	Birthday  *string  `json:"birthday,omitempty"` // YYYY-MM-DD; told to its owner alone
}

// show gives the profile as its owner sees it, or as others do.
func show(u identity.User, p identity.Profile, owner bool) any {
	if p.Private && !owner {
		return reducedOut{u.ID, u.Username, u.Avatar, p.Private}
	}
	out := profileOut{
		ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Username: u.Username,
		Bio: orEmpty(p.Bio), Location: orEmpty(p.Location), FavSport1: p.FavSport1, FavSport2: p.FavSport2, FavSport3: p.FavSport3,
		Avatar: u.Avatar, Privacy: p.Private, Badges: []string{},
	}
	if owner {
		out.Birthday = p.BirthDate
	}
	return out
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
