//! A finding in a workbook names sheet and cell in every form, and no form gives it a line or a region that its bytes
//! do not have.

use serde_json::Value;

use crate::support::report::Forms;
use crate::support::workbook::{DANA, GOOD, HEAD, Workbook, good_with, rows};
use crate::support::workspace::Workspace;

/// A workbook of two sheets; what is wrong is in the second, in `G4`.
fn forms() -> Forms {
    let workspace = Workspace::new();
    let late = rows(&[HEAD, DANA, good_with(2, "api.other@acme.example"), good_with(6, "Elsewhere")]);
    let book = Workbook::with_rows(&rows(&[HEAD, GOOD])).sheet("More =Users", "visible", &late);
    std::fs::write(workspace.path("people.xlsx"), book.bytes()).unwrap();
    workspace.all_forms(&["people.xlsx", "--all-api-users", "--seats", "System Administrator=50"])
}

#[test]
fn every_form_names_sheet_and_cell() {
    let forms = forms();
    for format in Forms::names() {
        let text = forms.text(format);
        match format {
            "json" | "jsonl" => assert!(text.contains("More =Users") && text.contains("\"G4\""), "{format}"),
            "csv" => assert!(text.contains("\"More =Users\",\"G4\""), "{format}: {text}"),
            _ => assert!(text.contains("More =Users!G4"), "{format}: {text}"),
        }
    }
}

#[test]
fn nothing_points_into_a_text_that_a_workbook_has_not() {
    let forms = forms();
    for form in ["concise", "markdown", "html", "junit"] {
        assert!(!forms.text(form).contains("people.xlsx:4:"), "{form} gives a place in a text");
    }
    let github = forms.text("github");
    let annotation = github.lines().find(|line| line.contains("More =Users!G4")).unwrap();
    assert!(annotation.contains("file=people.xlsx,title=") && !annotation.contains("line="), "{annotation}");
    let row = forms.rows().into_iter().find(|row| &row[1] == "main-view-not-enterprise").unwrap();
    assert_eq!((&row[11], &row[12], &row[16], &row[17]), ("4", "", "More =Users", "G4"), "the row is told, no column");
}

#[test]
fn sarif_tells_the_cell_and_its_row_as_the_line() {
    let forms = forms();
    let sarif = forms.json("sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let of_rule = |rule: &str| results.iter().find(|one| one["ruleId"] == rule).unwrap();
    let location = &of_rule("main-view-not-enterprise")["locations"][0];
    let logical = location["logicalLocations"].as_array().unwrap();
    let cell = logical.iter().find(|one| one["kind"] == "cell").unwrap();
    assert_eq!((&cell["name"], &cell["fullyQualifiedName"]), (&Value::from("G4"), &Value::from("More =Users!G4")));
    assert!(logical.iter().any(|one| one["kind"] == "account"));
    assert_eq!(location["physicalLocation"]["region"]["startLine"], 4);
    let mut places = Vec::new();
    for result in results {
        places.extend(["locations", "relatedLocations"].iter().filter_map(|list| result[*list].as_array()).flatten());
    }
    assert!(!places.is_empty());
    for place in places {
        let physical = &place["physicalLocation"];
        assert!(physical["region"]["startLine"].as_u64() >= Some(1) && physical["contextRegion"].is_null(), "{place}");
    }
}
