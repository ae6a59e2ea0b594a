import ArgumentParser
import NPUTestKit
import ToolSupport

/// Lists services.
struct ServiceListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the services of the project.")
  @OptionGroup var api: DeploymentAPIOptions
  @Option(help: ArgumentHelp("Only services whose names hold this.", valueName: "text")) var name: String?
  @Option(help: ArgumentHelp("Only services in this state, such as RUNNING.", valueName: "status"))
  var status: String?

  func run() async throws {
    try await api.ask { [name, status] client in
      try await client.services(name: name, status: status.map { DeployedService.Status(rawValue: $0) })
    } lines: {
      $0.flatMap(\.lines)
    }
  }
}

/// Shows one service.
struct ServiceShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a service with its addresses.")
  @OptionGroup var api: DeploymentAPIOptions
  @Argument(help: "The identity of the service.") var id: String

  func run() async throws {
    try await api.ask { [id] client in
      try await client.service(id)
    } lines: {
      $0.lines
    }
  }
}

/// Starts a service.
struct ServiceStartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "start", abstract: "Start a service that was stopped.")
  @OptionGroup var api: DeploymentAPIOptions
  @OptionGroup var waiting: WaitingOptions
  @Argument(help: "The identity of the service.") var id: String

  func run() async throws {
    try await api.ask { [id, policy = waiting.policy] client -> DeployedService in
      let service = try await client.start(id)
      guard let policy else { return service }
      return try await client.wait(for: id, until: .running, policy: policy)
    } lines: {
      $0.lines
    }
  }
}

/// Stops a service.
struct ServiceStopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "stop", abstract: "Stop a service.")
  @OptionGroup var api: DeploymentAPIOptions
  @OptionGroup var waiting: WaitingOptions
  @Argument(help: "The identity of the service.") var id: String

  func run() async throws {
    try await api.ask { [id, policy = waiting.policy] client -> DeployedService in
      let service = try await client.stop(id)
      guard let policy else { return service }
      return try await client.wait(for: id, until: .stopped, policy: policy)
    } lines: {
      $0.lines
    }
  }
}

/// Deletes services.
struct ServiceDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete services.")
  @OptionGroup var api: DeploymentAPIOptions
  @OptionGroup var waiting: WaitingOptions
  @Argument(help: "The identities of the services.") var ids: [String]

  func run() async throws {
    try await api.ask { [ids, policy = waiting.policy] client -> [String: [String]] in
      try await client.delete(ids)
      if let policy {
        for id in ids { try await client.waitUntilDeleted(id, policy: policy) }
      }
      return ["deleted": ids]
    } lines: { deleted in
      deleted.values.joined().map { "deleted  \($0)" }
    }
  }
}

/// Lists the deployments of a service.
struct ServiceDeploymentsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deployments", abstract: "List the deployments of a service.")
  @OptionGroup var api: DeploymentAPIOptions
  @Argument(help: "The identity of the service.") var id: String

  func run() async throws {
    try await api.ask { [id] client in
      try await client.deployments(of: id)
    } lines: {
      $0.map { "\($0.status)  \($0.name)  \($0.id)" }
    }
  }
}

/// Lists what happened to a service.
struct ServiceEventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "List what happened to a service, the last first.")
  @OptionGroup var api: DeploymentAPIOptions
  @Option(help: ArgumentHelp("Only NORMAL, WARNING or ABNORMAL events.", valueName: "type")) var type: String?
  @Argument(help: "The identity of the service.") var id: String

  func run() async throws {
    try await api.ask { [id, type] client in
      try await client.events(of: id, type: type)
    } lines: {
      $0.map { "\($0.type)  \($0.message)\($0.count > 1 ? " (\($0.count) times)" : "")" }
    }
  }
}

/// Lists the resources that nodes can have.
struct ServiceFlavorsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flavors", abstract: "List the resources that nodes of services can have.")
  @OptionGroup var api: DeploymentAPIOptions
  @Option(help: ArgumentHelp("Only ASCEND, GPU or CPU.", valueName: "category")) var category: String?

  func run() async throws {
    try await api.ask { [category] client in
      try await client.flavors(category)
    } lines: { flavors in
      flavors.map { flavor in
        let npus = flavor.npus.map { ", \($0) x \(flavor.npuType ?? "NPU")" } ?? ""
        return "\(flavor.id)  \(flavor.category)\(npus)\(flavor.isSoldOut ? ", sold out" : "")"
      }
    }
  }
}

/// Lists the keys that open services.
struct ServiceKeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "List the keys that open services; the keys themselves are not shown.")
  @OptionGroup var api: DeploymentAPIOptions
  @Argument(help: "Only keys of this service.") var id: String?

  func run() async throws {
    try await api.ask { [id] client in
      try await client.keys(of: id)
    } lines: {
      $0.map { "\($0.scope)  \($0.name)  \($0.id)" }
    }
  }
}
