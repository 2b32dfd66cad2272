package fault

var all []*Code

// All lists every code, in the order of declaration. Tests use it to see that each contract has a text for each.
func All() []*Code { return append([]*Code(nil), all...) }

func code(k Kind, name, text string) *Code {
	c := &Code{Name: name, Kind: k, Text: text}
	all = append(all, c)
	return c
}

// Faults of the request as such.
var (
	ValidationFailed      = code(Invalid, "validation_failed", "Some fields need attention.")
	MalformedBody         = code(Invalid, "malformed_body", "The body could not be read: {reason}.")
	RequestUnreadable     = code(Invalid, "request_unreadable", "The request could not be read.")
	WrongShape            = code(Invalid, "wrong_shape", "The body must be an object.") // args: "got"
	FileUnreadable        = code(Invalid, "file_unreadable", "Line {line} of the file could not be read: {reason}.")
	NoData                = code(Invalid, "no_data", "The body is empty.")
	UnsupportedMedia      = code(Unsupported, "unsupported_media_type", "Send application/json.") // args: "media_type"
	MethodUnknown         = code(MethodNotAllowed, "method_not_allowed", "This address does not take {method}.")
	PathUnknown           = code(NotFound, "not_found", "There is nothing here.")
	BodyTooLarge          = code(TooLarge, "body_too_large", "The request is larger than allowed.")
	FileTooLarge          = code(TooLarge, "file_too_large", "The file is too large; {limit} bytes are the most.")
	IdempotencyKeyInvalid = code(Invalid, "idempotency_key_invalid", "The Idempotency-Key has to be a text of at most 255 letters, digits and signs.")
	IdempotencyKeyReused  = code(Unprocessable, "idempotency_key_reused", "This Idempotency-Key was used for another request.")
	IdempotencyBusy       = code(Conflict, "idempotency_busy", "The request with this Idempotency-Key is still being answered. Ask again in a moment.")
	RateLimited           = code(TooMany, "rate_limited", "Too many requests. Wait a moment and try again.")
	Busy                  = code(Unavailable, "busy", "Keyhall is busy. Try again in a moment.")
	DependencyDown        = code(Unavailable, "unavailable", "A part Keyhall needs is not answering. Try again in a moment.")
	Unexpected            = code(Internal, "internal", "Something went wrong on our side. The request id names it in the log.")
)

// Faults of one field.
var (
	Required        = code(Invalid, "required", "This field is required.")
	Null            = code(Invalid, "null", "This field may not be null.")
	Blank           = code(Invalid, "blank", "This field may not be blank.")
	NotString       = code(Invalid, "not_a_string", "This must be a text.")
	NotBoolean      = code(Invalid, "not_a_boolean", "This must be true or false.")
	NotInteger      = code(Invalid, "not_an_integer", "This must be a whole number.")
	NotChoice       = code(Invalid, "not_a_choice", "“{value}” is not one of the choices.")
	TooLong         = code(Invalid, "too_long", "Use at most {limit} characters.")
	TooShort        = code(Invalid, "too_short", "Use at least {limit} characters.")
	OutOfRange      = code(Invalid, "out_of_range", "This must be between {min} and {max}.")
	NullCharacter   = code(Invalid, "null_character", "Null characters are not allowed.")
	BadCharacters   = code(Invalid, "bad_characters", "This contains characters that are not allowed.")
	UnknownField    = code(Invalid, "unknown_field", "This field is not known here.")
	DuplicateField  = code(Invalid, "duplicate_field", "This field is given more than once.")
	BadFormat       = code(Invalid, "bad_format", "This does not have the expected form.")
	NotPublic       = code(Invalid, "not_public", "The address has to begin with https:// and be on the public internet.")
	BadEmail        = code(Invalid, "invalid_email", "Enter a valid e-mail address.")
	BadUsername     = code(Invalid, "invalid_username", "Use only letters, digits and @ . + - _.")
	BadDate         = code(Invalid, "invalid_date", "Enter a date that exists, as YYYY-MM-DD.")
	BadTimezone     = code(Invalid, "invalid_timezone", "Enter the name of a time zone, like Europe/Paris.")
	BadMobile       = code(Invalid, "invalid_mobile", "Enter a valid mobile number with its country code.")
	ReservedName    = code(Invalid, "reserved_name", "This name cannot be used. Choose another one.")
	UsernameTaken   = code(Conflict, "username_taken", "This username is taken.")
	EmailTaken      = code(Conflict, "email_taken", "There is already an account with this e-mail address.")
	MobileTaken     = code(Conflict, "mobile_taken", "There is already an account with this mobile number.")
	BadDestination  = code(Invalid, "invalid_destination", "Enter a valid e-mail address or mobile number.")
	MobileRequired  = code(Invalid, "mobile_required", "A mobile number is needed.")
	EmailMissing    = code(Invalid, "email_missing", "Give an e-mail address as well.")
	EmailUnproven   = code(Invalid, "email_unproven", "Prove this e-mail address with a code first.")
	MobileUnproven  = code(Invalid, "mobile_unproven", "Prove this mobile number with a code first.")
	EmailElsewhere  = code(Invalid, "email_elsewhere", "The account with this e-mail address has another mobile number.")  // args: "email", "mobile"
	MobileElsewhere = code(Invalid, "mobile_elsewhere", "The account with this mobile number has another e-mail address.") // args: "email", "mobile"
	AccountUnknown  = code(Invalid, "account_unknown", "There is no account with this e-mail address.")
	FileMissing     = code(Invalid, "file_missing", "No file was sent.")
	NotFile         = code(Invalid, "not_a_file", "This must be a file.")
	FileEmpty       = code(Invalid, "file_empty", "The file is empty.")
	FileUnnamed     = code(Invalid, "file_unnamed", "No file was chosen.")
	FileType        = code(Invalid, "file_type", "Files of this type are not taken; send one of: {allowed}.") // args: "extension"
	NotPicture      = code(Invalid, "not_a_picture", "This is no picture that can be read. Send a JPEG, PNG, GIF or WebP.")
	PictureTooBig   = code(Invalid, "picture_too_big", "The picture has too many pixels; {megapixels} megapixels are the most.")
	PasswordShort   = code(Invalid, "password_too_short", "Use at least {limit} characters.")
	PasswordLong    = code(Invalid, "password_too_long", "Use at most {limit} characters.")
	PasswordCommon  = code(Invalid, "password_too_common", "This password is too common.")
	PasswordNumeric = code(Invalid, "password_numeric", "A password of digits only is too easy to guess.")
	PasswordSimilar = code(Invalid, "password_too_similar", "This password is too similar to the {attribute}.")
	PasswordsDiffer = code(Invalid, "passwords_differ", "The two passwords are not the same.")
	IDTaken         = code(Invalid, "id_taken", "Another account has this id.")
	BadTime         = code(Invalid, "invalid_time", "Enter a time like 2026-01-31T12:00:00Z.")
	HashUnknown     = code(Invalid, "password_hash_unknown", "This is no password hash that Keyhall can verify.")
	HashCostly      = code(Invalid, "password_hash_costly", "This password hash takes more work to verify than Keyhall allows.")
	PasswordWrong   = code(Invalid, "password_wrong", "This is not your present password.")
)

// Faults of a tenant's own messages.
var (
	TemplateInvalid    = code(Unprocessable, "template_invalid", "The message cannot be written like this.")
	TemplateUnreadable = code(Invalid, "template_unreadable", "This cannot be read: {reason}.")
	PlaceholderUnknown = code(Invalid, "placeholder_unknown", "“{value}” is not one of the placeholders of this message.")
	PlaceholderMissing = code(Invalid, "placeholder_missing", "{value} has to be in a paragraph that is never left out.")
	PartsTooMany       = code(Invalid, "parts_too_many", "This takes {count} text messages; {limit} are allowed. Make it shorter.")
	WebhooksTooMany    = code(Conflict, "webhooks_too_many", "There are {limit} endpoints already.")
	TemplatesTooMany   = code(Conflict, "templates_too_many", "There are {limit} languages of this message already.")
)

// Faults of signing in with an account elsewhere. Args: "provider".
var (
	SocialRefused       = code(Invalid, "social_refused", "The provider did not accept this sign-in.")
	SocialCodeRefused   = code(Invalid, "social_code_refused", "The provider did not accept this code. Begin again.")
	SocialCallbackUnset = code(Invalid, "social_callback_unset", "Codes need the tenant's callback_url of this provider.")
	SocialStateInvalid  = code(Invalid, "social_state_invalid", "This sign-in was not begun in this browser, took too long, or is over already. Begin again.")
	SocialDenied        = code(Invalid, "social_denied", "The sign-in was cancelled at the provider.")
	SocialReturnUnknown = code(Invalid, "social_return_unknown", "return_to has to be one of the tenant's addresses, letter by letter.")
	SocialChallenge     = code(Invalid, "social_challenge", "Give the code_challenge of a verifier that your front end keeps (S256).")
	SocialEmailTaken    = code(Conflict, "social_email_taken", "There is already an account with this e-mail address. Sign in to it first, and connect the two then.")
	SocialTaken         = code(Conflict, "social_taken", "This sign-in is connected to another account.")
	SocialLast          = code(Conflict, "social_last", "This is the only way into the account. Set a password first.")
)

// Faults of signing in and of tokens.
var (
	NoCredentials      = code(Unauthenticated, "no_credentials", "Sign in first.")
	BadCredentials     = code(Unauthenticated, "bad_credentials", "These credentials are not right.")
	IdentifierMissing  = code(Invalid, "identifier_missing", "Give a username or an e-mail address.") // args: "method"
	EmailUnverified    = code(Forbidden, "email_unverified", "Confirm the e-mail address first.")
	PendingApproval    = code(Forbidden, "pending_approval", "The account is waiting for approval.")
	Rejected           = code(Forbidden, "rejected", "The account was not approved.")
	AccountInactive    = code(Unauthenticated, "account_inactive", "The account is disabled.")
	TokenEmpty         = code(Unauthenticated, "token_empty", "The Authorization header has no token.")
	TokenSpaces        = code(Unauthenticated, "token_spaces", "The token must not contain spaces.")
	TokenBadCharacters = code(Unauthenticated, "token_bad_characters", "The token has invalid characters.")
	TokenInvalid       = code(Unauthenticated, "token_invalid", "The token is not valid.")
	TokenExpired       = code(Unauthenticated, "token_expired", "The token has expired.")
	TokenReused        = code(Unauthenticated, "token_reused", "This refresh token was used before. Its session has been ended.")
	TokenWrongType     = code(Unauthenticated, "token_wrong_type", "This is not the kind of token needed here.")
	KeyInvalid         = code(NotFound, "key_invalid", "This link is not valid any more. Ask for a new one.")
	ResetUserUnknown   = code(Invalid, "reset_uid_invalid", "This link is not valid any more. Ask for a new one.")
	ResetTokenInvalid  = code(Invalid, "reset_token_invalid", "This link is not valid any more. Ask for a new one.")
	CodeNone           = code(Forbidden, "code_none", "There is no code waiting. Ask for one first.")
	CodeWrong          = code(Forbidden, "code_wrong", "This code is not right. Tries left: {left}.")
	CodeDead           = code(Forbidden, "code_dead", "This code is not right, and that was the last try. Ask for a new one.")
	SMSRegion          = code(Invalid, "sms_region", "No messages are sent to numbers of this country.")
	CodeCooling        = code(TooMany, "code_cooling", "A code was sent a moment ago. Wait before you ask for the next one.") // args: "until", a time
	CSRFFailed         = code(Forbidden, "csrf_failed", "The request could not be shown to come from this site.")
	HTTPSNeeded        = code(Forbidden, "https_needed", "Browser sessions need https. Set KEYHALL_PUBLIC_URL to an https address.")
	AlreadyVerified    = code(Conflict, "already_verified", "The e-mail address is confirmed already.")
	SecondFactorNeeded = code(Unauthenticated, "second_factor_needed", "Give the code of your authenticator app too.")
	SecondFactorWrong  = code(Unauthenticated, "second_factor_wrong", "This code is not right, or it was used before.")
	FactorCodeWrong    = code(Invalid, "factor_code_wrong", "This code is not right, or it was used before.")
	FactorExists       = code(Conflict, "factor_exists", "There is a second factor already. Remove it first.")
	FactorUnknown      = code(NotFound, "factor_unknown", "There is no second factor.")
	ReauthRequired     = code(Unauthenticated, "reauthentication_required", "Sign in again to do this.")
)

// Faults of what one may do, and of what is there.
var (
	NotAllowed           = code(Forbidden, "not_allowed", "You may not do this.")
	SelfApproval         = code(Forbidden, "self_approval", "Nobody can decide about himself.")
	RegistrationClosed   = code(Forbidden, "registration_closed", "Registration is closed.")
	NoPicture            = code(NotFound, "no_picture", "There is no picture.")
	TenantMissing        = code(NotFound, "tenant_missing", "Name the tenant: /t/<slug>/..., its host, X-Keyhall-Tenant or X-Keyhall-Key.")
	TenantUnknown        = code(NotFound, "tenant_unknown", "There is no such tenant.")
	TenantSuspended      = code(NotFound, "tenant_suspended", "There is no such tenant.")
	TenantConflict       = code(Invalid, "tenant_conflict", "The request names more than one tenant.")
	ContractOff          = code(NotFound, "contract_off", "This interface is switched off for the tenant.")
	SlugTaken            = code(Conflict, "slug_taken", "There is already a tenant with this slug.")
	SlugDiffers          = code(Invalid, "slug_differs", "Type the slug of the tenant, to the letter.")
	TenantErasing        = code(Conflict, "tenant_erasing", "The tenant is being deleted.")
	HostTaken            = code(Conflict, "host_taken", "This host belongs to a tenant already.")
	GroupTaken           = code(Conflict, "group_taken", "There is already a group with this name.")
	GroupInUse           = code(Conflict, "group_in_use", "The group still has members.")
	GroupFixed           = code(Conflict, "group_fixed", "The groups user and coach cannot be removed.")
	GroupUnknown         = code(Invalid, "group_unknown", "There is no such group.")
	AdminTaken           = code(Conflict, "admin_taken", "This person administers the tenant already.")
	LastOwner            = code(Conflict, "last_owner", "The last owner cannot be removed.")
	InvitationInvalid    = code(Invalid, "invitation_invalid", "This invitation is not valid any more. Ask for a new one.")
	InvitationAccepted   = code(Conflict, "invitation_accepted", "This user has no open invitation, or has joined already.")
	ContrastLow          = code(Invalid, "contrast_low", "On white this colour has a contrast of {value}; everybody can read it from {min} on.")
	UnknownSetting       = code(Invalid, "unknown_setting", "There is no such setting.")
	DeliveryFinal        = code(Conflict, "delivery_final", "Only a failed message that has not expired can be sent again.")
	DeliveryWaits        = code(Conflict, "delivery_waits", "This is still to be sent.")
	DeliveryUnreadable   = code(Conflict, "delivery_unreadable", "This message cannot be shown any more.")
	DeliveryUnderWay     = code(Conflict, "delivery_under_way", "Only a message that still waits can be cancelled.")
	CursorInvalid        = code(Invalid, "cursor_invalid", "This page address is not valid. Start from the first page.")
	ProviderUnconfigured = code(Invalid, "provider_unconfigured", "This sign-in provider is not set up for the tenant.")
	SocialInputMissing   = code(Invalid, "social_input_missing", "Give an access_token or a code.")
)
