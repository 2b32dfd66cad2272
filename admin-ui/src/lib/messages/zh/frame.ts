import type { frame as english } from '../en/frame';
import type { Translation } from '../translation';

export const frame = {
  'frame.skip': '跳到內容',
  'frame.menu': '開啟選單',
  'frame.close-menu': '關閉選單',
  'frame.navigation': '頁面',
  'frame.setup': '設定',
  'frame.waiting': { other: '{count} 人等待中' },
  'frame.failures': { other: '過去 24 小時有 {count} 則訊息傳送失敗' },

  'where.here': '您在',
  'where.tenant': '租戶',
  'where.platform': '平台',
  'where.yours': '您的租戶',
  'where.search': '尋找租戶',
  'where.none': '沒有這個名稱的租戶',
  'where.suspended': '{slug} · 已停用',
  'where.switch': '，切換租戶',

  'scheme.label': '外觀',
  'scheme.light': '淺色',
  'scheme.dark': '深色',
  'scheme.auto': '依系統',

  'language.label': '語言',

  'palette.title': '前往',
  'palette.open': '搜尋或前往…',
  'palette.search': '頁面、使用者、租戶或操作',
  'palette.rooms': '頁面',
  'palette.actions': '操作',
  'palette.users': '{tenant} 的使用者',
  'palette.tenants': '租戶',
  'palette.invite': '邀請使用者',
  'palette.import': '匯入使用者',
  'palette.none': '找不到符合的項目。',
  'palette.scheme': '外觀：{name}',
  'palette.language': '語言：{name}',
  'palette.hint': '↑ ↓ 選擇 · Enter 開啟 · Esc 關閉',

  'account.operator': '營運者',
  'account.admin': '租戶管理員',
  'account.sign-out': '登出',

  'outage.title': '無法載入此頁',
  'lost.title': '這裡沒有東西',
  'lost.text': '網址可能打錯了，或它指向的內容已不在，或您無權檢視。',
  'lost.home': '回到首頁',

  'sign-in.title': '登入',
  'sign-in.about': '供營運者與租戶管理員使用。',
  'sign-in.do': '登入',
  'sign-in.ended': '您的工作階段已結束。登入後會回到原來的地方。',

  'invitation.title': '歡迎使用 Keyhall',
  'invitation.about': '您受邀成為管理員。請先設定密碼。',
  'invitation.password': '新密碼',
  'invitation.password-hint': '幾個互不相關的詞就是好密碼。',
  'invitation.do': '接受邀請',
  'invitation.sign-in': '已有帳號？登入',
} as const satisfies Translation<typeof english>;
