import HTTPTypes
import NPUBase
import NPUTransport
import Testing

@testable import NPUServices

@Suite("A refusal of a gateway of the Huawei Cloud")
struct GatewayCodeTests {
  private func message(
    _ status: Int, _ body: String, _ elapsed: Duration? = nil, contentType: String = "application/json"
  ) -> String {
    let head = HTTPResponse(status: .init(code: status), headerFields: [.contentType: contentType])
    return ServiceError(response: head, body: Array(body.utf8), request: "GET http://h/", elapsed: elapsed).message
  }

  private func gateway(_ code: String, _ message: String = "words") -> String {
    #"{"error_code":"\#(code)","error_msg":"\#(message)","request_id":"r1"}"#
  }

  @Test(
    "says what it means, behind its own words",
    arguments: [
      (404, "APIG.0101", "no API is published"), (413, "APIG.0201", "12 MB"), (414, "APIG.0201", "address is too long"),
      (494, "APIG.0201", "header fields are too long"), (502, "APIG.0201", "does not reach the service"),
      (504, "APIG.0201", "40 s"), (502, "APIG.0202", "does not reach the service"), (504, "APIG.0203", "40 s"),
      (401, "APIG.0301", "access key"), (403, "APIG.0302", "may not call"), (401, "APIG.0303", "of the app"),
      (403, "APIG.0304", "not bound"), (401, "APIG.0305", "authorizer"), (403, "APIG.0306", "keeps this machine out"),
      (401, "APIG.0307", "must be renewed"), (429, "APIG.0308", "rate of requests"),
      (404, "ModelArts.81009", "no model of that name"), (429, "ModelArts.81101", "rate of requests"),
    ])
  func meanings(status: Int, code: String, words: String) {
    let text = message(status, gateway(code))
    #expect(text.hasPrefix("words: ") && text.contains(words), "\(text)")
  }

  @Test("of an expired signature speaks of the clock", arguments: ["APIG.0301", "APIG.0303"])
  func expired(code: String) {
    let words =
      "Incorrect app authentication information: signature expired, signature time:20230527T000431Z,server "
      + "time:20230527T020608Z"
    #expect(message(401, gateway(code, words)).hasSuffix("; set the clock of this machine"))
  }

  @Test("is told by its time where it names no code: 504 after 40 seconds")
  func timeLimit() {
    for body in ["", "<html><h1>504 Gateway Time-out</h1></html>", #"{"message":"upstream timed out"}"#] {
      #expect(message(504, body, .seconds(40)).contains("the gateway waits 40 s"))
      #expect(message(504, body, .milliseconds(40_300)).contains("the gateway waits 40 s"))
      for elapsed in [nil, Duration.seconds(10), .seconds(60), .seconds(120)] {
        #expect(!message(504, body, elapsed).contains("40 s"))
      }
      #expect(!message(503, body, .seconds(40)).contains("40 s"))
    }
  }

  @Test("of other servers keeps its words", arguments: ["ABC.0101", "504", ""])
  func others(code: String) {
    #expect(message(500, gateway(code)) == "words")
    #expect(message(401, gateway("APIG.9999")) == "words")
  }
}
