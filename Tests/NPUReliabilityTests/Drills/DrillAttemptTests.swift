import HTTPTypes
import NPULoad
import NPUServices
import NPUTransport
import Testing

@testable import NPUReliability

/// How a request of a scenario counts as ended.
struct DrillAttemptTests {
  @Test("only who says no has refused; what cannot be read was accepted", arguments: ServiceError.Kind.allCases)
  func kinds(_ kind: ServiceError.Kind) {
    let end = DrillAttempt("one", ServiceError(kind: kind, message: "")).end
    let expected: DrillAttempt.End =
      switch kind {
      case .errorEvent, .failedFinish, .rawTextError: .refused
      case .emptyResponse: .empty
      case .invalidRequest, .invalidEndpoint: .notMade
      default: .broken
      }
    #expect(end == expected, "\(kind)")
  }

  @Test("an error status is a refusal, whatever comes with it", arguments: [400, 413, 429, 500, 503])
  func status(_ status: Int) {
    #expect(DrillAttempt("one", ServiceError(kind: .httpStatus, message: "", status: status)).end == .refused)
    #expect(DrillAttempt("one", .response(Self.response(status, "no"))).end == .refused)
  }

  @Test("a good status is a refusal only with an error in it")
  func success() {
    #expect(DrillAttempt("one", .response(Self.response(200, #"{"error":{"message":"no"}}"#))).end == .refused)
    #expect(DrillAttempt("one", .response(Self.response(200, "<html></html>"))).end == .completed)
    #expect(DrillAttempt("one", .response(Self.response(200, ""))).end == .empty)
    #expect(DrillAttempt("one", .text(" \n")).end == .empty)
  }

  @Test("silence, a broken connection and our own limits are three things")
  func transport() {
    func end(_ kind: TransportError.Kind) -> DrillAttempt.End {
      DrillAttempt("one", TransportError(kind: kind, message: "", request: "")).end
    }
    #expect(end(.totalTimeout) == .timedOut)
    #expect(end(.connectionLost) == .broken)
    #expect(end(.clientDescriptors) == .notMade)
  }

  private static func response(_ status: Int, _ body: String) -> TransferResponse {
    TransferResponse(head: HTTPResponse(status: .init(code: status)), body: Array(body.utf8))
  }
}
