// Package message writes the mails and the text messages: it turns a kind, a language and a few named values into subject, text and HTML.
//
// It owns the wording (templates/, embedded), the placeholders and how far each value is trusted, the layout and
// the choice of a language. It must not know tenants, databases, queues or SMTP.
//
// # Templates
//
// A file templates/<kind>.<locale>.txt begins with the lines "Subject:" and "Why:" (the footer: why one gets this)
// and an empty line. Then come paragraphs, with an empty line between:
//
//	Some text with a {placeholder}.
//	[Label]({link})          a button; in the text part the label with the bare address below
//	[Label]`{code}`          something to copy
//
// Each kind lists its placeholders (see Kinds); any other name, and any other brace, is an error when the templates
// are loaded. {name?} is an optional value: without it the whole paragraph is left out. There are no conditions,
// loops or calls, and a value is never read as a template. Text and HTML are made from the same paragraphs, so they
// cannot disagree. A file templates/sms/<kind>.<locale>.txt is a text message: placeholders, and nothing else. common.<locale>.txt holds the words that all mails of a language share.
package message
