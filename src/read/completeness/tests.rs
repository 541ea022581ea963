//! Which documents say that they hold a part of a list, and which honest ones do not.

use super::*;
use crate::syntax::json::parse_document;
use crate::syntax::tree::Tree;

fn says(text: &str, count: u64) -> Vec<String> {
    let mut tree = Tree::new();
    parse_document(text, 0, &mut tree).expect("JSON");
    let members = members_of(tree.node(0, text, 0));
    let signs = SignFinder::default().find(&members);
    signs.iter().filter_map(|sign| sign.fault(count)).map(|fault| fault.message).collect()
}

#[test]
fn a_page_is_not_the_whole_list() {
    for page in [
        r#"{"total":500}"#,
        r#"{"total_count":"500"}"#,
        r#"{"totalSize":5989}"#,
        r#"{"@odata.count":500}"#,
        r#"{"numFound":500}"#,
        r#"{"paging":{"total":500}}"#,
        r#"{"ResultSet":{"TotalRecords":500}}"#,
        r#"{"hasMore":true}"#,
        r#"{"more_records":true}"#,
        r#"{"@odata.nextLink":"x"}"#,
        r#"{"_links":{"next":{"href":"x"}}}"#,
        r#"{"NextToken":"x"}"#,
        r#"{"next_page_token":"x"}"#,
        r#"{"nextpagetoken":"x"}"#,
        r#"{"nextRecordsUrl":"/data/next"}"#,
        r#"{"a":{"b":{"c":{"d":{"e":{"NextMarker":"x"}}}}}}"#,
        r#"{"LastEvaluatedKey":{"id":{"S":"7"}}}"#,
        r#"{"_scroll_id":"x"}"#,
        r#"{"response":{"continuationToken":"x"}}"#,
        r#"{"paginationToken":"x"}"#,
        r#"{"IsTruncated":true}"#,
        r#"{"incomplete_results":true}"#,
        r#"{"last":false}"#,
        r#"{"done":false}"#,
        r#"{"meta":{"complete":false}}"#,
        r#"{"page":1,"pages":9}"#,
        r#"{"page":2}"#,
        r#"{"offset":100,"limit":100}"#,
        r#"{"meta":{"pagination":{"total":812}}}"#,
        r#"{"isLastPage":false}"#,
        r#"{"cursor":"abc"}"#,
        r#"{"responseMetadata":{"cursor":"abc"}}"#,
        r#"{"pageInfo":{"hasNextPage":true,"endCursor":null}}"#,
        r#"{"pageInfo":{"endCursor":"abc"}}"#,
        r#"{"recordsTotal":812}"#,
        r#"{"remaining":5}"#,
        r#"{"startIndex":101}"#,
        r#"{"partial":true}"#,
        r#"{"hydra:totalItems":812}"#,
        r#"{"hydra:view":{"hydra:next":"/users?page=2"}}"#,
        r#"{"X-Total-Count":812}"#,
        r#"{"total":"5,989"}"#,
        r#"{"total":"5.989"}"#,
        r#"{"total":"5 989"}"#,
        r#"{"total":"1’234’567"}"#,
        r#"{"total":"5,98,900"}"#,
        r#"{"nextCursorMark":"x"}"#,
        r#"{"users@odata.nextLink":"x"}"#,
        r#"{"value@odata.count":500}"#,
        r#"{"next":["https://acme.example/?page=2"]}"#,
        r#"{"total":9.0}"#,
        r#"{"total":99999999999999999999}"#,
        r#"{"total":"2 of 9"}"#,
        r#"{"total":"1-2/9"}"#,
        r#"{"total":"9+"}"#,
        r#"{"total":"2+"}"#,
        r#"{"total":">2"}"#,
        r#"{"total":{"value":9,"relation":"eq"}}"#,
        r#"{"rowCount":9}"#,
        r#"{"userCount":9}"#,
        r#"{"totalItemCount":9}"#,
        r#"{"iTotalRecords":9}"#,
        r#"{"iTotalDisplayRecords":9}"#,
        r#"{"resumptionToken":"x"}"#,
        r#"{"endOfRecords":false}"#,
        r#"{"link":[{"relation":"next","url":"x"}]}"#,
        r#"{"summary":{"exported":2,"of":5}}"#,
        r#"{"resultSizeLimitExceeded":true}"#,
        r#"{"note":"Only the first 2 of 9 users are shown"}"#,
        r#"{"links":[{"rel":"self","href":"x"},{"rel":"next","href":"x"}]}"#,
        r#"{"_links":[{"next":"x"}]}"#,
        r#"{"next":null,"previous":"https://acme.example/?page=1"}"#,
        r#"{"errors":[{"code":500}]}"#,
        r#"{"meta":{"error":"timeout"}}"#,
        r#"{"inactiveUsers":[{"id":1}]}"#,
        r#"{"rest":[{"email":"a@acme.example","firstName":"A"}]}"#,
        r#"{"askedBy":{"email":"a@acme.example","firstName":"A"}}"#,
        r#"{"email":"a@acme.example","firstName":"A"}"#,
        r#"{"data":{"users":[{"id":1}]}}"#,
        r#"{"removed":{"a":{"Login":"a","roles":[]},"b":{}}}"#,
        r#"{"a":[[{"b":{"c":[1,2,{"User_Name":"a","display_name":"A"}]}}]]}"#,
    ] {
        assert_eq!(says(page, 2).len(), 1, "{page}: {:?}", says(page, 2));
    }
}

#[test]
fn a_whole_list_is_whole() {
    for whole in [
        r#"{"total":2}"#,
        r#"{"total":2.0}"#,
        r#"{"total":"2 of 2"}"#,
        r#"{"total":">=2"}"#,
        r#"{"total":{"value":2,"relation":"eq"}}"#,
        r#"{"total":"unknown","rowCount":2,"users@odata.count":2}"#,
        r#"{"total":"2"}"#,
        r#"{"hydra:totalItems":2,"hydra:view":{"hydra:first":"/users?page=1"},"endOfRecords":true}"#,
        r#"{"link":[{"relation":"self","url":"x"}],"resumptionToken":null}"#,
        r#"{"hasMore":false,"next":null,"last":true}"#,
        r#"{"page":1,"note":"total 500","of":2,"limitReached":false}"#,
        r#"{"note":"All 2 of 2 users, of 9 teams"}"#,
        r#"{"page":1,"pages":1,"offset":0,"isLastPage":true,"startIndex":1,"cursor":null,"remaining":0}"#,
        r#"{"next":["none"],"more":{}}"#,
        r#"{"paging":{"nextCursor":""}}"#,
        r#"{"hasNext":false,"nextCursor":"abc","cursor":"abc"}"#,
        r#"{"done":true,"nextRecordsUrl":"x"}"#,
        r#"{"pageInfo":{"hasNextPage":false,"endCursor":"abc"}}"#,
        r#"{"links":[{"rel":"self","href":"x"},{"rel":"first"}],"errors":[ ],"error":null}"#,
        r#"{"for":{"who":{"email":"a@acme.example","team":"A"}}}"#,
        r#"{"teams":[{"id":1,"name":"Billing"}],"inactiveUsers":[],"tags":["users"]}"#,
        r#"{"next_login":"2026-12-01","nextReviewDate":"2027-02-01","totalLicenses":25,"tokenType":"bearer"}"#,
        r#"{"pageSize":50,"limit":100,"size":50,"perPage":50,"itemsPerPage":100}"#,
        r#"{"export":{"count":500,"cursor":"abc","done":false}}"#,
        r#"{"lastModified":"2026-11-20","complete":true,"truncated":false,"nextSteps":"none"}"#,
        r#"{"accountManager":"a","totalSeats":40,"number":7,"start":9,"index":3}"#,
    ] {
        assert_eq!(says(whole, 2), Vec::<String>::new(), "{whole}");
    }
}

#[test]
fn an_account_may_be_here_in_part() {
    let kind = |member: &str, listed| {
        let (text, mut tree) = (format!("{{{member}}}"), Tree::new());
        parse_document(&text, 0, &mut tree).expect("JSON");
        let value = tree.node(0, &text, 0).children().next().expect("a member");
        partial_kind(value.key().expect("a key"), value, listed)
    };
    for member in [
        r#""error":"403""#,
        r#""Errors":["timeout"]"#,
        r#""rolesError":{"code":403}"#,
        r#""roles_errors":[{"a":1}]"#,
        r#""error":true"#,
        r#""roles@odata.error":"x""#,
        r#""@odata.error":"x""#,
        r#""errorMessage":"timeout""#,
        r#""errormessage":"timeout""#,
        r#""hasErrors":true"#,
        r#""teamError":"403""#,
        r#""rolesErrorMessage":"x""#,
        r#""errors":[{"code":0}]"#,
    ] {
        assert_eq!(kind(member, Some(1)), Some(PartialKind::Error), "{member}");
    }
    for member in [r#""hasMoreRoles":true"#, r#""roleCount":2"#, r#""roles@odata.nextLink":"x""#] {
        assert_eq!(kind(member, Some(1)), Some(PartialKind::More), "{member}");
    }
    for honest in [
        r#""error":null"#,
        r#""errors":[]"#,
        r#""error":"""#,
        r#""error":0"#,
        r#""error":false"#,
        r#""error":"none""#,
        r#""rolesError":null"#,
        r#""errorCount":3"#,
        r#""lastError":"x""#,
        r#""exceptions":["late"]"#,
        r#""roleCount":1"#,
        r#""errorHandler":"x""#,
        r#""controlError":"x""#,
        r#""errorEmail":"a@b""#,
        r#""errorRole":"Auditor""#,
        r#""roleException":"until 2027""#,
        r#""error":{"code":0,"message":""}"#,
        r#""errors":"0""#,
        r#""errors":[null,"",{}]"#,
        r#""errorCode":0"#,
        r#""error":"ok""#,
    ] {
        assert_eq!(kind(honest, Some(1)), None, "{honest}");
    }
}
