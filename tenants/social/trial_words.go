package social

// Words says in English what came of a check, and what to do about it.
func Words(c Check) string {
	if c.Reason == "" {
		return passedWords[c.Name]
	}
	if c.Reason == badAnswer {
		return badAnswerWords[c.Name]
	}
	return reasonWords[c.Reason]
}

var passedWords = map[string]string{
	Description:   "The issuer describes itself, under this very name.",
	Keys:          "The keys that ID tokens are signed with can be read.",
	Authorization: "The page that browsers are sent to answers.",
	Credentials:   "The provider accepts client id and secret.",
}

var badAnswerWords = map[string]string{
	Description:   "There is no description at this issuer that can be read. Compare the issuer with what the provider shows, letter by letter, without .well-known.",
	Keys:          "There are no keys at the address for them that can be read. Look whether the address is right.",
	Authorization: "The page that browsers are sent to is not there. Look whether the client id is complete and the address is right.",
	Credentials:   "The provider answers something that makes no sense here. Look whether the addresses are right; the provider may have trouble of its own, too.",
}

var reasonWords = map[Reason]string{
	unreachable:      "The provider does not answer. Look whether the address is right and can be reached from the public internet, and try again.",
	issuerDiffers:    "The provider calls itself by another name. Take the issuer exactly as it names it, if that is your provider.",
	endpointsMissing: "The provider's description lacks the addresses to sign in with, or they are not https. It has to offer the authorization code flow.",
	noKeys:           "The provider publishes no key for RS256 or ES256. Have it sign ID tokens with one of them.",
	clientRefused:    "The provider does not accept this client id with this secret. Copy both from the provider again, and see whether the secret has expired.",
	callbackRefused:  "The provider does not know the callback address. Register it there, letter by letter.",
	unclear:          "The provider refuses without saying whether it is about the app. Sign in once to be sure.",
}
