import Foundation
import NPUTestKit
import XCTest

/// How a test author tests a task service of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_TASK_URL=http://127.0.0.1:8088 NPUTESTKIT_TASK_SIZE=1024 swift test --filter TaskServiceTests
/// ```
final class TaskServiceTests: XCTestCase {
  private let side = ProcessInfo.processInfo.environment["NPUTESTKIT_TASK_SIZE"].flatMap { Int($0) } ?? 1024
  private let policy = PollingPolicy(longest: .seconds(1), deadline: .seconds(300))

  private func tasks() throws -> TaskClient {
    guard let service = try Service.fromEnvironment("NPUTESTKIT_TASK_URL") else {
      throw XCTSkip("Set NPUTESTKIT_TASK_URL to the base address of a task service, such as http://127.0.0.1:8088.")
    }
    return service.tasks
  }

  private func task(images: Int) -> TaskRequest {
    TaskRequest(
      prompt: "a lighthouse at dawn", resolution: "\(side)x\(side)", steps: 4, imagesPerPrompt: images, seed: 42)
  }

  func testTheServiceIsReady() async throws {
    let health = try await tasks().health()
    XCTAssertNotEqual(health.isReady, false, "\(health)")
  }

  func testATaskGivesTheImagesThatWereAskedFor() async throws {
    let images = try await tasks().complete(task(images: 2), policy: policy)
    XCTAssertEqual(images.count, 2)
    for image in images { XCTAssertEqual(try image.decoded().pixels.width, side) }
    XCTAssertNotEqual(images[0].bytes, images[1].bytes)
  }

  func testTasksOfABatchAllEnd() async throws {
    let tasks = try tasks()
    let tickets = try await tasks.submit(batch: [task(images: 1), task(images: 1)])
    XCTAssertEqual(Set(tickets.map(\.id)).count, 2)
    for ticket in tickets {
      let end = try await tasks.finish(ticket, policy: policy)
      XCTAssertEqual(end.outcome, .completed, end.outcome.message)
    }
  }

  func testAnUnknownTaskIsLost() async throws {
    let end = try await tasks().finish(TaskTicket(id: "no-such-task"), policy: policy)
    XCTAssertEqual(end.outcome.shortDescription, "task_lost")
  }
}
