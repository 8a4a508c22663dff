//! Copies that the program wrote, in the eyes of programs by other hands.

use std::collections::BTreeSet;
use std::path::Path;

use yinxin_model::Sex;
use yinxin_testkit::judge::Judge;
use yinxin_testkit::people::People;

use crate::run::Demo;

/// Extensions A, E and G, and a name of several parts.
const NAMES: [&str; 4] = ["张䶮", "陈𬱖", "王𰻞", "阿卜杜拉·买买提"];

#[test]
fn names_come_through_and_judges_find_no_fault() {
    let demo = Demo::new();
    if !demo.can_seal() {
        return;
    }
    let mut crowd = People::new(6);
    let people = NAMES.iter().map(|name| crowd.named(name, Sex::Male)).collect();
    let holders = demo.holders(people);
    for holder in &holders {
        let (id, file) = demo.endorsed(&holder.number);
        assert_eq!(demo.verdict(&file, &[]), "valid");
        if let Some(pdftotext) = Judge::call("pdftotext") {
            let text = pdftotext.ask([file.as_os_str(), "-".as_ref()]);
            assert!(text.is_good(), "{}", text.text());
            for field in [&holder.person.name, &holder.person.document_number, &holder.number] {
                assert!(text.stdout.contains(field.as_str()), "{field} is not in\n{}", text.stdout);
            }
            for field in ["建造师", "一级", "建筑工程", "2021年10月24日", "本人调用", "2026年05月29日"]
            {
                assert!(text.stdout.contains(field), "{field} is not in\n{}", text.stdout);
            }
        }
        if holder.number == holders[0].number {
            sound(&demo, &file, &id);
        }
    }
}

fn sound(demo: &Demo, file: &Path, endorsement: &str) {
    if let Some(qpdf) = Judge::call("qpdf") {
        let opinion = qpdf.ask(["--check".as_ref(), file.as_os_str()]);
        assert!(opinion.is_good() && !opinion.text().contains("WARNING"), "{}", opinion.text());
    }
    if let Some(mutool) = Judge::call("mutool") {
        let opinion = mutool.ask(["draw", "-q", "-F", "png", "-o", "/dev/null", file.to_str().unwrap()]);
        // What it says of itself is not about the file.
        let of_the_file = |line: &&str| !line.contains("ICC support");
        let complaint = opinion.stderr.lines().filter(of_the_file).any(|line| !line.is_empty());
        assert!(opinion.is_good() && !complaint, "{}", opinion.text());
    }
    if let Some(pdfsig) = Judge::call("pdfsig") {
        // Without a store of trusted roots the seal is intact and its issuer unknown.
        let opinion = pdfsig.ask(["-nocert".as_ref(), file.as_os_str()]).text();
        assert!(opinion.contains("Signature is Valid"), "{opinion}");
        // The update behind the signature is what B-LT brings.
        assert!(opinion.contains("otal document signed"), "{opinion}");
        assert!(opinion.contains("ETSI.CAdES.detached"), "{opinion}");
        assert!(opinion.contains("测试专用章"), "{opinion}");
    }
    let (Some(pdftoppm), Some(zbarimg)) = (Judge::call("pdftoppm"), Judge::call("zbarimg")) else { return };
    let page = demo.file("page");
    let drawn =
        pdftoppm.ask(["-r", "150", "-png", "-singlefile", file.to_str().unwrap(), page.to_str().unwrap()]);
    assert!(drawn.is_good(), "{}", drawn.text());
    let read = zbarimg.ask(["-q", "--raw", page.with_extension("png").to_str().unwrap()]);
    let token = read.stdout.trim().rsplit('/').next().unwrap_or_default().to_owned();
    // The code leads to this very endorsement.
    let verified = demo.json(&["verify", "--token", &token]).done();
    let shown = demo.json(&["endorsement", "show", endorsement]).done();
    assert_eq!(verified["endorsement"]["copy_number"], shown["copy_number"], "{}", read.text());
}

#[test]
fn samples_are_what_their_manifest_says() {
    let demo = Demo::new();
    if !demo.can_seal() {
        return;
    }
    let out = demo.file("samples");
    let said = demo.json(&["samples", "--out", out.to_str().unwrap()]).done();
    let manifest = std::fs::read(out.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let samples = manifest["samples"].as_array().unwrap();
    assert_eq!(said["files"], samples.len());
    let each = |key: &str| samples.iter().filter_map(|s| s[key].as_str()).collect::<BTreeSet<_>>();
    assert_eq!(each("format"), BTreeSet::from(["ofd", "pdf"]));
    assert_eq!(each("file").len(), samples.len(), "no name twice");
    assert_eq!((each("template").len(), each("seal").len()), (2, 4));
    for (template, seal) in
        each("template").iter().flat_map(|t| each("seal").into_iter().map(move |s| (t, s)))
    {
        let with = |s: &&serde_json::Value| s["template"] == **template && s["seal"] == seal;
        let levels: BTreeSet<_> = samples.iter().filter(with).filter_map(|s| s["level"].as_str()).collect();
        assert_eq!(levels, each("level"), "{template} under {seal}");
    }
    let trust = out.join("trust");
    for sample in samples.iter().filter(|sample| sample["seal"] == "caa") {
        let file = out.join(sample["file"].as_str().unwrap());
        let verdict = demo.verdict(&file, &["--offline", "--trust", trust.to_str().unwrap()]);
        assert_eq!(verdict, "valid", "{}", file.display());
    }
}
