import type { user as english } from '../en/user';
import type { Translation } from '../translation';

export const user = {
  'picture.of': '{name} 的圖片',
  'picture.none': '沒有圖片。',
  'picture.elsewhere': '圖片存放在其他網站，為避免對方得知誰在查看，此處不會載入：',
  'picture.address': '圖片網址',
  'picture.remove': '移除圖片',
  'picture.remove-title': '移除 {name} 的圖片？',
  'picture.remove-text': '任何網址都不再顯示此圖片。使用者可以上傳另一張。',
  'picture.removed': '已移除 {name} 的圖片。',

  'connections.title': '其他網站的帳號',
  'connections.empty': '未使用其他網站的帳號登入。',
  'connections.no-email': '沒有電子郵件地址',
  'connections.since': '連結於',
  'connections.end': '解除連結',
  'connections.end-title': '解除 {name} 與 {provider} 的連結？',
  'connections.end-text': '之後無法再用 {provider} 登入此帳號。現有的工作階段會持續到被結束為止。',
  'connections.ended': '已解除 {name} 與 {provider} 的連結。',
  'connections.last': '此使用者沒有密碼，也沒有其他可登入的帳號：解除後將無法再登入。',

  'history.title': '發生過的事',
  'history.all': '此使用者的所有記錄',
  'history.empty': '尚無記錄。',
} as const satisfies Translation<typeof english>;
