import Foundation
import HTTPTypes
import NPUBase
import NPUServices
import TestSupport
import Testing

@Suite(
  "Recorded answers of the published task service",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedTaskTests {
  @Test("Each exchange is read by the call that it belongs to")
  func exchanges() async throws {
    let exchanges = try RecordedExchange.all(in: "hidream-captures.json")
    #expect(exchanges.count >= 25)
    for exchange in exchanges {
      let client = TaskClient(transport: exchange.transport, service: try .local)
      let kind: ServiceError.Kind? = exchange.status == 200 ? nil : .httpStatus
      do {
        switch exchange.name.prefix(while: { $0 != "-" }) {
        case "health":
          let health = try await client.health()
          #expect(health.status == "healthy" && health.queueLength != nil && health.isReady != nil)
        case "root": #expect(try await client.info().version == "1.0.0")
        case "submit", "method", "not":
          let ticket = try await client.submit(TaskRequest(prompt: "x"))
          #expect(ticket.id.hasPrefix("img_") && ticket.state?.phase == .queued && ticket.estimate == .seconds(30))
        case "batch_submit":
          let count = exchange.name.contains("empty") ? 0 : 2
          let tickets = try await client.submit(batch: Array(repeating: TaskRequest(prompt: "x"), count: count))
          #expect(tickets.count == count)
        case "status": _ = try await client.status(of: "x")
        case "download", "static": #expect(try await client.download("x").size?.width == 16)
        default: Issue.record("nothing reads \(exchange.name)")
        }
        #expect(kind == nil, "\(exchange.name) should have failed")
      } catch let error as ServiceError {
        #expect(error.kind == kind, "\(exchange.name): \(error)")
        #expect(error.status == exchange.status)
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test("The states that the server means to send decode")
  func states() throws {
    let folder = try #require(RecordedResponses.wire)
    let data = try Data(contentsOf: folder.appending(path: "hidream-captures.json"))
    let document = try JSONDecoder().decode(JSONValue.self, from: data)
    let states = try JSONDecoder().decode(
      [TaskStatus].self, from: JSONEncoder().encode(try #require(document["statusIntendedShape"])))
    #expect(states.map(\.state.phase) == [.completed, .failed])
    #expect(states.map(\.error) == [nil, "Inference failed with code 1"])
    #expect(states.first?.resultURLs.count == 2)
    #expect(states.first?.processingTime == .seconds(1.295546))
    // The service's stamps have microseconds: 2.212286 s less 1.295546 s of work.
    let wait = try #require(states.first?.queueTime)
    #expect(wait > .microseconds(916_739) && wait < .microseconds(916_741))
    #expect(states.last?.queueTime == nil)
  }
}

@Suite(
  "Captured answers of running task services",
  .enabled(
    if: RecordedResponses.captures != nil, "set NPUTESTKIT_TEST_CAPTURES to a folder with a folder for each server"))
struct CapturedTaskTests {
  @Test("are read in both protocols", arguments: ["task_api-readme", "task_api-code"])
  func captures(folder name: String) async throws {
    var count = 0
    for file in RecordedResponses.files(in: RecordedResponses.captures?.appending(path: name), { $0.hasSuffix(".txt") })
    {
      guard let capture = try RecordedResponses.Capture(file) else { continue }
      count += 1
      let client = TaskClient(transport: capture.transport, service: try .local)
      let what = file.deletingPathExtension().lastPathComponent
      do {
        switch what.prefix(while: { $0 != "_" }) {
        case "health": #expect(try await client.health().isReady == true)
        case "submit": #expect(try await client.submit(TaskRequest(prompt: "x")).state?.phase == .queued)
        case "batch":
          let tasks = Array(repeating: TaskRequest(prompt: "x"), count: 2)
          #expect(try await client.submit(batch: tasks).count == 2)
        case "status":
          let phase = try await client.status(of: "x").state.phase
          let expected: [String: TaskState.Phase] = [
            "status_done": .completed, "status_failed": .failed, "status_queued": .queued,
            "status_running": .processing,
          ]
          #expect(phase == expected[what])
        case "download": _ = try await client.download("x").decoded()
        default: Issue.record("nothing reads \(capture.name)")
        }
        #expect(capture.head.status.code == 200, "\(capture.name)")
      } catch let error as ServiceError {
        #expect(error.status == capture.head.status.code, "\(capture.name): \(error)")
        #expect(capture.head.status.code != 200, "\(capture.name): \(error)")
      }
    }
    #expect(count >= 10)
  }
}
