// The whole kit under one name: `import NPUTestKit` brings every layer.

@_exported import NPUAccuracy
@_exported import NPUBase
@_exported import NPUBatch
@_exported import NPUConformance
@_exported import NPUDeployment
@_exported import NPULoad
@_exported import NPUMetrics
@_exported import NPUModelArts
@_exported import NPUReliability
@_exported import NPUReporting
@_exported import NPUServices
@_exported import NPUStorage
@_exported import NPUTelemetry
@_exported import NPUTransport
