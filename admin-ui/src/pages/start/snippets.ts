/** What a tenant's own lines begin from. */
export type Place = { slug: string; /** The base of the tenant's addresses. */ base: string; /** That of the platform. */ platform: string; publishable: string; secret: string };

export const contracts = ['restauth', 'coach', 'drfuser', 'fittrackee', 'simplejwt'] as const;
export type Contract = (typeof contracts)[number];

export function placeOf(slug: string, issuer: string, keys: { publishable?: string; secret?: string }): Place {
  const base = issuer.replace(/\/$/, '');
  const path = `/t/${slug}`;
  return { slug, base, platform: base.endsWith(path) ? base.slice(0, -path.length) : base, publishable: keys.publishable ?? 'pk_…', secret: keys.secret ?? 'sk_…' };
}

export function signUp({ base }: Place): string {
  return post(`${base}/v1/sign-up`, { email: 'mia@example.com', password: 'lantern-river-42', first_name: 'Mia' });
}

/** From a web page: the address of the platform is enough, as the key names the tenant. */
export function browser({ platform, publishable }: Place): string {
  return `await fetch('${platform}/v1/sign-in', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-Keyhall-Key': '${publishable}' },
  body: JSON.stringify({ identifier: 'mia@example.com', password: 'lantern-river-42' }),
});`;
}

export function listUsers({ platform, slug, secret }: Place): string {
  return `curl ${platform}/admin/v1/tenants/${slug}/users \\
  -H 'Authorization: Bearer ${secret}'`;
}

export function goSDK({ platform, slug, secret }: Place): string {
  return `client, err := keyhall.New("${platform}", keyhall.WithSecretKey("${secret}"))
if err != nil {
	log.Fatal(err)
}
for user, err := range client.Tenant("${slug}").Users.All(ctx, nil) {
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Username)
}`;
}

/** The one line of an old client that changes. */
export function newLine({ base }: Place): string {
  return `const API_URL = '${base}';`;
}

export const oldLine = "const API_URL = 'https://api.example.com';";

const logins: Record<Contract, [path: string, body: Record<string, string>]> = {
  restauth: ['/rest-auth/login/', { username: 'mia', password: 'lantern-river-42' }],
  coach: ['/auth/login/', { username: 'mia', password: 'lantern-river-42' }],
  drfuser: ['/login/', { username: 'mia', password: 'lantern-river-42' }],
  fittrackee: ['/api/auth/login', { email: 'mia@example.com', password: 'lantern-river-42' }],
  simplejwt: ['/api/token/obtain/', { username: 'mia', password: 'lantern-river-42' }],
};

/** What such a client does first, to see that it is answered. */
export function signInBy(contract: Contract, { base }: Place): string {
  const [path, body] = logins[contract];
  return post(base + path, body);
}

function post(address: string, body: Record<string, string>): string {
  return `curl ${address} \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'`;
}
