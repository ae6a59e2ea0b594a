import NPUBase
import Testing

@testable import NPUDeployment

/// What reports make of a service, without a process.
@Suite("The status of a service") struct ServiceStatusTests {
  private let now = MonotonicInstant(nanoseconds: 5)

  private func status(_ reports: [KeeperReport?], launch: Int = 1, isStarting: Bool = false) -> ServiceStatus {
    var status = ServiceStatus()
    status.launch = launch
    status.isStarting = isStarting
    for report in reports { status.note(report, now: now) }
    return status
  }

  @Test("runs and ends")
  func life() {
    #expect(status([.launched(1, process: 7)]).state == .running(processID: 7))
    let ended = status([.launched(1, process: 7), .ended(1, status: 3, leavesOthers: false)])
    #expect(ended.state == .ended(ServiceProcess.End(kind: .exited(status: 3), instant: now)))
    #expect(ended.groups.isEmpty && ended.begunLaunch == 1)
  }

  @Test(
    "reads the status of a shell",
    arguments: [
      (0, .exited(status: 0)), (127, .exited(status: 127)), (128, .exited(status: 128)), (137, .signalled(9)),
      (143, .signalled(15)), (192, .signalled(64)), (255, .exited(status: 255)),
    ] as [(Int32, ServiceProcess.End.Kind)])
  func statuses(status: Int32, kind: ServiceProcess.End.Kind) {
    #expect(ServiceProcess.End(status: status, instant: now, leavesOthers: false).kind == kind)
  }

  @Test("keeps the group of a process that left others behind")
  func others() {
    let ended = status([.launched(1, process: 7), .ended(1, status: 137, leavesOthers: true)])
    #expect(ended.groups == [7])
    #expect(ended.state == .ended(ServiceProcess.End(kind: .signalled(9), instant: now, leavesOthers: true)))
  }

  @Test("is not moved by reports of an earlier launch, or of none")
  func earlier() {
    let reports: [KeeperReport?] = [
      .launched(2, process: 9), .ended(1, status: 137, leavesOthers: false), .failed(1, reason: "folder"), .hello,
      .done(1, status: 0),
    ]
    let status = status(reports, launch: 2)
    #expect(status.state == .running(processID: 9) && status.failure == nil)
  }

  @Test("knows why there was no process")
  func failures() {
    #expect(status([.failed(1, reason: "program"), .ended(1, status: 0, leavesOthers: false)]).failure == "program")
    #expect(status([.ended(1, status: 2, leavesOthers: false)]).failure == "shell")
    #expect(status([nil], isStarting: true).failure == "host")
  }

  @Test("is lost with its keeper")
  func lost() {
    let lost = status([.launched(1, process: 7), nil])
    #expect(lost.state == .ended(ServiceProcess.End(kind: .lost, instant: now)))
    #expect(lost.groups.isEmpty)
    var taken = status([.launched(1, process: 7)])
    #expect(taken.changeKeeper(now: now) == 1 && taken.state == .running(processID: 7))
    #expect(taken.changeKeeper(now: now) == 2 && taken.state == lost.state)
  }
}
