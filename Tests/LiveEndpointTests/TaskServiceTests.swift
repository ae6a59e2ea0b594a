import Foundation
import NPUMetrics
import NPUTestKit
import XCTest

/// How a test author tests a task service of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_TASK_URL=http://127.0.0.1:8088 NPUTESTKIT_TASK_SIZE=1024 swift test --filter TaskServiceTests
/// ```
final class TaskServiceTests: XCTestCase {
  private var transport: CurlTransport?
  private var client: TaskClient?
  private var side = 1024
  private let policy = PollingPolicy(longest: .seconds(1), deadline: .seconds(300))

  override func setUp() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let address = environment["NPUTESTKIT_TASK_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_TASK_URL to the base address of a task service, such as http://127.0.0.1:8088.")
    }
    side = environment["NPUTESTKIT_TASK_SIZE"].flatMap { Int($0) } ?? side
    let service = try ServiceConfiguration(address)
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    client = TaskClient(transport: transport, service: service)
    self.transport = transport
  }

  override func tearDown() async throws { transport?.shutDown() }

  func testTheServiceIsReady() async throws {
    let health = try await XCTUnwrap(client).health()
    XCTAssertNotEqual(health.isReady, false, "\(health)")
  }

  func testATaskEndsWithTheImagesThatWereAskedFor() async throws {
    let client = try XCTUnwrap(client)
    let task = task(images: 2)
    let ending = try await client.run(task, policy: policy)
    XCTAssertEqual(ending.outcome, .completed, ending.outcome.message)
    let images = try await client.results(of: ending, to: task)
    XCTAssertEqual(images.count, 2)
    for image in images { XCTAssertEqual(try image.decoded().pixels.width, side) }
    XCTAssertNotEqual(images[0].bytes, images[1].bytes)
  }

  func testTasksOfABatchAllEnd() async throws {
    let client = try XCTUnwrap(client)
    let tickets = try await client.submit(batch: [task(images: 1), task(images: 1)])
    XCTAssertEqual(Set(tickets.map(\.id)).count, 2)
    for ticket in tickets {
      let ending = try await client.finish(ticket, policy: policy)
      XCTAssertEqual(ending.outcome, .completed, ending.outcome.message)
    }
  }

  func testAnUnknownTaskIsLost() async throws {
    let ending = try await XCTUnwrap(client).finish(TaskTicket(id: "no-such-task"), policy: policy)
    XCTAssertEqual(ending.outcome.shortDescription, "task_lost")
  }

  private func task(images: Int) -> TaskRequest {
    TaskRequest(
      prompt: "a lighthouse at dawn", resolution: "\(side)x\(side)", steps: 4, imagesPerPrompt: images, seed: 42)
  }
}
