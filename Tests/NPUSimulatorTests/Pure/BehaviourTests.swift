import Foundation
import Testing

@testable import NPUSimulator

@Suite struct BehaviourTests {
  @Test("A behaviour survives JSON") func roundTrip() throws {
    let behaviour = Behaviour(timeToFirstToken: .milliseconds(20), interTokenLatency: .microseconds(1500)).with {
      $0.fault = .stall(afterTokens: 3, for: .seconds(1))
      $0.wireProtocol = .mindie
      $0.maxConcurrency = 4
      $0.isSerial = true
      $0.faultRequests = [1, 5]
      $0.apiKey = "k"
      $0.text = "fixed"
      $0.finishReason = "abort"
    }
    let copy = try Behaviour(json: Array(JSONEncoder().encode(behaviour)))
    #expect(copy == behaviour)
  }

  @Test("Members that are not given come from the base, and null takes a value away") func base() throws {
    let base = Behaviour(timeToFirstToken: .milliseconds(20), fault: .errorFirst)
    let copy = try Behaviour(json: Array(#"{"itl_ms":2.5,"fault":null}"#.utf8), base: base)
    #expect(copy.timeToFirstToken == .milliseconds(20))
    #expect(copy.interTokenLatency == .microseconds(2500))
    #expect(copy.fault == nil)
  }

  @Test("Every kind of fault can be asked for by its name", arguments: Fault.Kind.allCases)
  func faultNames(kind: Fault.Kind) throws {
    let behaviour = try Behaviour(json: Array(#"{"fault":"\#(kind.rawValue)"}"#.utf8))
    #expect(behaviour.fault == Fault(kind))
  }

  @Test(
    "What cannot be meant is refused with the member's name",
    arguments: [
      (#"{"ttft":5}"#, "ttft"), (#"{"jitter":2}"#, "jitter"), (#"{"tokens_per_chunk":0}"#, "tokens_per_chunk"),
      (#"{"fault":"stal"}"#, "stal"), (#"{"fault":{"kind":"stall","after":1}}"#, "after"),
      (#"{"ttft_ms":-1}"#, "ttft_ms"),
      (#"{"max_concurrency":0}"#, "max_concurrency"),
    ])
  func refuses(json: String, word: String) throws {
    let error = #expect(throws: DecodingError.self) { try Behaviour(json: Array(json.utf8)) }
    #expect(error?.reason.contains("'\(word)'") == true)
  }

  @Test("A fault rate is kept, and the same requests meet the fault again") func rate() {
    let behaviour = Behaviour(fault: .errorFirst).with { $0.faultRate = 0.2 }
    let hits = (0..<10_000).filter { behaviour.fault(forRequest: $0) != nil }
    // Four standard deviations of a binomial with n = 10000, p = 0.2.
    #expect(abs(hits.count - 2000) < 160)
    #expect(hits == (0..<10_000).filter { behaviour.fault(forRequest: $0) != nil })
    let other = behaviour.with { $0.seed = 1 }
    #expect(hits != (0..<10_000).filter { other.fault(forRequest: $0) != nil })
  }

  @Test("A list of requests replaces the rate") func list() {
    let behaviour = Behaviour(fault: .errorFirst).with { $0.faultRequests = [0, 3] }
    #expect((0..<6).filter { behaviour.fault(forRequest: $0) != nil } == [0, 3])
  }

  @Test("Members of images and tasks are laid over those of the base, and unknown ones are refused")
  func nestedMembers() throws {
    let base = Behaviour().with {
      $0.images.stepLatency = .milliseconds(7)
      $0.tasks.workers = 3
    }
    let json = Array(#"{"images":{"perturbation":2},"tasks":{"protocol":"code"}}"#.utf8)
    let laid = try Behaviour(json: json, base: base)
    #expect(laid.images.stepLatency == .milliseconds(7))
    #expect(laid.images.perturbation == 2)
    #expect(laid.tasks.workers == 3)
    #expect(laid.tasks.wireProtocol == .code)
    for wrong in [#"{"images":{"perturbations":2}}"#, #"{"tasks":{"workers":0}}"#] {
      #expect(throws: DecodingError.self) { try Behaviour(json: Array(wrong.utf8)) }
    }
  }

  @Test(
    "Names of earlier versions are still read, and not told",
    arguments: [
      (#"{"sees_pictures":true}"#, #"{"sees_images":true}"#),
      (#"{"picture_texts":{"a":"b"}}"#, #"{"image_texts":{"a":"b"}}"#),
      (#"{"audio":{"hearing_rtf":0.5}}"#, #"{"audio":{"transcription_rtf":0.5}}"#),
      (#"{"audio":{"speaking_rtf":0.5}}"#, #"{"audio":{"speech_rtf":0.5}}"#),
      (#"{"dialect":"mindie"}"#, #"{"protocol":"mindie"}"#),
      (#"{"tasks":{"dialect":"code"}}"#, #"{"tasks":{"protocol":"code"}}"#),
      (#"{"fault":"never_answer"}"#, #"{"fault":"no_response"}"#),
    ])
  func formerNames(former: String, name: String) throws {
    let behaviour = try Behaviour(json: Array(former.utf8))
    #expect(behaviour != Behaviour())
    #expect(behaviour == (try Behaviour(json: Array(name.utf8))))
    let error = #expect(throws: DecodingError.self) { try Behaviour(json: Array(#"{"nothing":1}"#.utf8)) }
    #expect(error?.reason.contains("picture") == false)
  }
}
