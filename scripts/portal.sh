#!/bin/sh
# The portal over a demo country, for `make run`: makes the country where there is none, says who can log in and what to
# try, and serves until Ctrl-C. What is there already is kept.
#
# LISTEN=HOST:PORT  where it listens; 0.0.0.0 for telephones in the same network
# PUBLIC_URL=URL    what QR codes and links lead to, where that is not plain from LISTEN
set -eu

yinxin=${YINXIN:-target/release/yinxin}
data=${DATA:-yinxin-data}
listen=${LISTEN:-127.0.0.1:8080}

host=${listen%:*}
case $host in
    # Browsers trust this name as they trust https, so that passkeys work.
    127.0.0.1) host=localhost ;;
    0.0.0.0 | '[::]') host=$(hostname -I 2>/dev/null | awk '{ print $1 }') ;;
esac
public=${PUBLIC_URL:-http://${host:-localhost}:${listen##*:}}
settings=$data/yinxin.toml
mark="# Written by make run, each time anew. Whoever changes it takes this line out."

y() { "$yinxin" --data "$data" "$@"; }
about() {
    case $1 in
        both_seal_families) echo "部委与协会两类印章的证书都有 · certificates under both families of seals" ;;
        identity_corrected*) echo "姓名已更正为$corrected，以新姓名重新注册后可看到证书 · corrected since: register anew as $corrected" ;;
        no_certificate) echo "没有证书，页面会说明原因 · no certificate; the page says why" ;;
        *) echo "$1" ;;
    esac
}

if [ -d "$data" ]; then
    echo "$data 已存在，保留不动 · is there already and is kept"
else
    echo "正在建立演示环境，约需一分钟 · making a demo country, about a minute"
fi
mkdir -p "$data"
if [ ! -e "$settings" ] || [ "$(head -n 1 "$settings")" = "$mark" ]; then
    printf '%s\n[platform]\npublic_url = "%s"\n' "$mark" "$public" >"$settings"
fi
# The story of a country is told again by every later call.
story=$(y --json demo)

corrected=$(printf '%s\n' "$story" | sed -n '/"case": "identity_corrected_new_name"/,/}/s/.*"name": "\(.*\)".*/\1/p')

cat <<END

门户 · the portal:  $public      (English: $public/?lang=en)

持证人登录 · holders who can log in
END
printf '%s\n' "$story" | sed -n '/"logins": \[/,/\]/p' | sed 1d | tr -d '\n' | sed 's/}/}\n/g' | grep '"case"' | sed 's/", /",\n/g; s/",  */",\n/g' |
    awk -F'"' '/"case"/ { c = $4 } /"name"/ { n = $4 } /"document_type"/ { t = $4 } /"document":/ { d = $4 } /"password"/ { print c "\t" n "\t" t "\t" d "\t" $4 }' |
    while IFS="$(printf '\t')" read -r case name kind document password; do
        # The only type that the demo's log-ins have is called as the portal's form calls it.
        [ "$kind" != 111 ] || kind=居民身份证
        printf '  %s\n    姓名 %s   证件类型 %s   证件号码 %s   密码 %s\n' "$(about "$case")" "$name" "$kind" "$document" "$password"
    done
cat <<END

可以试试 · what to try
  1. 证书下载：登录，同意服务须知，选一份证书，申请加注，下载 PDF 或 OFD
     log in, agree to the notice, choose a certificate, have it endorsed, download it
  2. 证书验证：把下载的文件传上去核验；改动一个字节再传一次
     verify: upload what you downloaded; change one byte of it and upload it again
  3. 手机扫描加注件上的二维码（手机须能访问上面的地址）；或在验证页面上传它的照片
     scan the code on the copy, or upload a picture of it
  4. 注册：虚构的姓名，居民身份证号码以 88 开头（如 880105199003071237）；验证码显示在页面上
     register somebody who does not exist, with a number that begins with 88; the code is shown on the page

Ctrl-C 停止 · ends it      一份证书的全过程（命令行） · one certificate's whole way by command line: make way
END
exec "$yinxin" --data "$data" serve --listen "$listen"
