"""What check() lets pass and what it refuses; what compare_openapi() calls a difference."""

import copy
import json
import unittest
from unittest import mock

from support import contract

JSON = {"Content-Type": "application/json; charset=utf-8"}
CREATED = {"ok": True, "id": 7, "name": "spring", "created_at": "2026-02-03T08:14:22.410Z"}
ERROR = {
    "ok": False,
    "statusCode": 422,
    "error": '"name" is required',
    "message": '"name" is required',
    "code": "VALIDATION_ERROR",
    "request_id": "r",
}


def check(method, path, status, body, headers=None):
    contract.check(method, path, status, headers or JSON, json.dumps(body).encode())


class FindOperation(unittest.TestCase):
    def test_paths_find_their_operations(self):
        for method, path, expected in [
            ("POST", "/api/v1/campaigns/create", "createCampaign"),
            ("POST", "/api/v1/campaigns/create/?api_key=k", "createCampaign"),
            ("GET", "/campaigns/12/statistics?limit=1", "getCampaignStatistics"),
            ("PATCH", "/api/v1/campaigns/12/settings", "updateCampaignSettings"),
            ("POST", "/api/v1/master-inbox/inbox-replies", "listInboxReplies"),
        ]:
            with self.subTest(path=path):
                self.assertEqual(contract.find_operation(method, path)["operationId"], expected)

    def test_a_path_of_our_own_has_none(self):
        self.assertIsNone(contract.find_operation("GET", "/api/v1/no/such/path"))


class Check(unittest.TestCase):
    def test_every_example_of_the_contract_is_a_valid_answer(self):
        for path, method, operation, is_alias in contract._operations(contract.load()):
            if is_alias:
                continue
            declared = contract._resolve(contract.load(), operation["responses"].get("200", {}))
            example = declared.get("content", {}).get("application/json", {}).get("example")
            if example is None:
                continue
            with self.subTest(operation=operation["operationId"]):
                check(method, path, 200, example)

    def test_a_good_answer_passes(self):
        check("POST", "/api/v1/campaigns/create", 200, CREATED)

    def test_a_wrong_type_is_named_by_its_path(self):
        with self.assertRaisesRegex(AssertionError, r"createCampaign.*answered 200(.|\n)*id: 'seven'"):
            check("POST", "/api/v1/campaigns/create", 200, CREATED | {"id": "seven"})

    def test_a_missing_key_is_named(self):
        with self.assertRaisesRegex(AssertionError, "'id' is a required property"):
            check("POST", "/api/v1/campaigns/create", 200, {k: v for k, v in CREATED.items() if k != "id"})

    def test_an_error_has_the_one_body_also_with_a_status_that_is_not_listed(self):
        check("POST", "/api/v1/campaigns/create", 422, ERROR)
        check("POST", "/api/v1/campaigns/create", 413, ERROR | {"statusCode": 413, "code": "PAYLOAD_TOO_LARGE"})
        with self.assertRaisesRegex(AssertionError, "request_id"):
            check("POST", "/api/v1/campaigns/create", 413, {k: ERROR[k] for k in ERROR if k != "request_id"})

    def test_an_undeclared_success_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "answered 204: only 200"):
            check("POST", "/api/v1/campaigns/create", 204, None)

    def test_another_media_type_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "text/plain"):
            check("POST", "/api/v1/campaigns/create", 200, CREATED, {"content-type": "text/plain"})

    def test_a_body_that_is_no_json_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "no JSON"):
            contract.check("POST", "/api/v1/campaigns/create", 200, JSON, b"{")


class CompareOpenApi(unittest.TestCase):
    def setUp(self):
        self.ours = copy.deepcopy(contract.load())
        self.operation = self.ours["paths"]["/campaigns/{campaign_id}/statistics"]["get"]

    def differences(self, *names):
        return contract.compare_openapi(self.ours, names)

    def test_the_contract_does_not_differ_from_itself(self):
        names = list(contract._by_id(contract.load()))
        self.assertEqual(self.differences(*names), [])

    def test_a_missing_operation_is_one_difference(self):
        del self.ours["paths"]["/campaigns/create"]
        self.assertEqual(self.differences("createCampaign"), ["createCampaign: not in our document"])

    def test_another_path_is_a_difference(self):
        self.ours["paths"]["/campaigns/new"] = self.ours["paths"].pop("/campaigns/create")
        self.assertRegex(self.differences("createCampaign")[0], "is post /campaigns/new")

    def test_parameters_are_compared_by_name_place_and_type(self):
        self.operation["parameters"] = [p for p in self.operation["parameters"] if p.get("name") != "limit"]
        self.assertEqual(
            self.differences("getCampaignStatistics"), ["getCampaignStatistics: query parameter limit: missing"]
        )

    def test_body_fields_are_compared_by_presence_and_type(self):
        schema = self.ours["components"]["schemas"]["CreateCampaignInput"]
        schema["properties"]["name"] = {"type": "integer"}
        schema["properties"].pop("client_id")
        found = self.differences("createCampaign")
        self.assertIn("createCampaign: body field name: takes ['integer'], the contract ['string']", found)
        self.assertIn("createCampaign: body field client_id: missing", found)

    def test_a_missing_status_is_a_difference(self):
        del self.operation["responses"]["404"]
        self.assertEqual(
            self.differences("getCampaignStatistics"), ["getCampaignStatistics: status 404 is missing"]
        )


class Loading(unittest.TestCase):
    def test_the_yaml_is_read_once(self):
        document = contract.load()
        contract.load.cache_clear()
        with mock.patch.object(contract.yaml, "load", side_effect=AssertionError("read again")):
            self.assertEqual(contract.load(), document)


if __name__ == "__main__":
    unittest.main()
