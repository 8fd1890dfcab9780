import { type Static, type TObject, type TProperties, Type } from 'typebox';

/**
 * What a grid consists of. One schema a kind: it gives the type, the check, the columns of its CSV table, its keys in YAML
 * and its place in the OpenAPI document. Names of IEC 61968 and 61970 (CIM) are given where there is one.
 */
const strict = { additionalProperties: false } as const;

const ID_PATTERN = '^[^\\s\\u0000-\\u001f]([^\\u0000-\\u001f]*[^\\s\\u0000-\\u001f])?$';

/** An id, or the id of something else. */
function Id(description: string) {
  return Type.String({ pattern: ID_PATTERN, maxLength: 200, allowed: 'an id of 1 to 200 characters', description });
}

function Ref(description: string) {
  return Type.Optional(Id(description));
}

function Text(description: string) {
  const allowed = 'a text of 1 to 400 characters, without spaces around it';
  return Type.Optional(Type.String({ pattern: '^\\S([\\s\\S]*\\S)?$', maxLength: 400, allowed, description }));
}

function Positive(description: string) {
  return Type.Number({ exclusiveMinimum: 0, maximum: 1e9, allowed: 'a number above 0', description });
}

function NotNegative(description: string) {
  return Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, allowed: 'a number, 0 or more', description }));
}

export const PHASES = ['a', 'b', 'c', 'abc'] as const;
export const METER_ROLES = ['gateway', 'customer', 'dedicated', 'check', 'feeder', 'generation'] as const;
export const ACCURACY_CLASSES = ['0.1', '0.2', '0.2S', '0.5', '0.5S', '1', '2', '3', 'A', 'B', 'C', 'D', 'E'] as const;
export const CUSTOMER_KINDS = [
  'household',
  'shop',
  'office',
  'factory',
  'lighting',
  'irrigation',
  'generation',
  'other',
] as const;

const Phase = Type.Optional(Type.Enum(PHASES, { description: 'Phase or phases; absent: not known' }));
const position = {
  latitude: Type.Optional(
    Type.Number({ minimum: -90, maximum: 90, allowed: 'degrees from -90 to 90', description: 'WGS 84' }),
  ),
  longitude: Type.Optional(
    Type.Number({ minimum: -180, maximum: 180, allowed: 'degrees from -180 to 180', description: 'WGS 84' }),
  ),
};

/** CIM SubGeographicalRegion. */
export const DistrictSchema = Type.Object({ name: Text('Name for people') }, strict);

/** CIM Substation. */
export const SubstationSchema = Type.Object(
  { name: Text('Name for people'), district: Ref('District it lies in'), ...position },
  strict,
);

/** CIM Feeder: what leaves a substation at medium voltage. */
export const FeederSchema = Type.Object(
  {
    name: Text('Name for people'),
    substation: Ref('Substation that feeds it'),
    nominalVoltageV: Type.Optional(Positive('Nominal voltage between phases, V')),
  },
  strict,
);

/** A transformer area (台区): a distribution transformer and all that it supplies. CIM: a Feeder of the low-voltage side. */
export const AreaSchema = Type.Object(
  { name: Text('Name for people'), feeder: Ref('Feeder that supplies it') },
  strict,
);

/** CIM PowerTransformer with its TransformerEnds and the results of its NoLoadTest and ShortCircuitTest. */
export const TransformerSchema = Type.Object(
  {
    area: Id('Area it supplies'),
    ratedKva: Positive('Rated power, kVA'),
    ratedVoltageV: Type.Optional(Positive('Rated voltage of the low-voltage side between phases, V')),
    noLoadLossW: NotNegative('P0: loss without load at rated voltage, W'),
    loadLossW: NotNegative('Pk: loss at rated current and reference temperature, W'),
    connection: Type.Optional(
      Type.String({
        pattern: '^([YDZ]N?|I)([ydz]n?|i)([0-9]|1[01])$',
        allowed: 'a vector group such as Dyn11, Yyn0 or Ii0',
        description: 'Vector group (IEC 60076-1)',
      }),
    ),
    name: Text('Name for people'),
    primaryVoltageV: Type.Optional(Positive('Rated voltage of the high-voltage side between phases, V')),
    impedancePercent: Type.Optional(Positive('Short-circuit impedance, percent')),
    device: Ref('Device that measures it (temperatures, gases)'),
    serial: Text('Serial number'),
    ...position,
  },
  strict,
);

/** A stretch of low-voltage line. CIM ACLineSegment. */
export const LineSectionSchema = Type.Object(
  {
    area: Ref('Area it belongs to'),
    feeder: Ref('Feeder it belongs to, at medium voltage'),
    fromNode: Ref('Node at its beginning'),
    toNode: Ref('Node at its end'),
    lengthM: Type.Optional(Positive('Length, m')),
    resistanceOhmPerKm: NotNegative('Resistance of a conductor at 20 °C, Ω/km'),
    reactanceOhmPerKm: NotNegative('Reactance of a conductor, Ω/km'),
    conductor: Text('Type of cable or conductor'),
    phase: Phase,
  },
  strict,
);

/** A place where energy is delivered. CIM UsagePoint. */
export const UsagePointSchema = Type.Object(
  {
    name: Text('Name for people'),
    area: Ref('Area that supplies it'),
    lineSection: Ref('Line section it hangs on'),
    phase: Phase,
    address: Text('Address'),
    ...position,
  },
  strict,
);

/** CIM Customer (户). */
export const CustomerSchema = Type.Object(
  {
    name: Text('Name for people'),
    customerKind: Type.Optional(Type.Enum(CUSTOMER_KINDS, { description: 'CIM CustomerKind, in short' })),
    address: Text('Address'),
  },
  strict,
);

/** CIM CustomerAgreement: who takes energy where, by which meter it is billed. */
export const ContractSchema = Type.Object(
  {
    customer: Id('Customer who signed it'),
    usagePoint: Ref('Usage point it is about; its meters serve the contract'),
    meter: Ref('Meter that serves it, where usage points are not kept'),
    tariff: Text('Tariff'),
    contractedKw: NotNegative('Agreed power, kW'),
  },
  strict,
);

/**
 * CIM Meter (an EndDevice), with the ratios of its CurrentTransformer and PotentialTransformer. Its id is that of the device
 * that reports: an exchange is a new id, a changed ratio a new row with its own validity.
 */
export const MeterSchema = Type.Object(
  {
    area: Ref('Area it measures, or lies in'),
    role: Type.Enum(METER_ROLES, {
      description:
        'gateway: supply of the area; customer; dedicated: user with a transformer of its own; check: beside a billing meter; feeder: gate of a feeder; generation',
    }),
    phase: Phase,
    accuracyClass: Type.Optional(Type.Enum(ACCURACY_CLASSES, { description: 'IEC 62053 or EN 50470' })),
    multiplier: Type.Optional(
      Positive(
        'What power, current and energy are multiplied with, once, in derivation; absent: by the ratios, else 1',
      ),
    ),
    digits: Type.Optional(
      Type.Integer({
        minimum: 3,
        maximum: 12,
        allowed: 'a whole number from 3 to 12',
        description: 'Digits of the register before the point',
      }),
    ),
    serial: Text('Serial number'),
    assetNumber: Text('Asset number (资产编号)'),
    model: Text('Device model'),
    feeder: Ref('Feeder that it is the gate of'),
    usagePoint: Ref('Usage point it stands at'),
    lineSection: Ref('Line section it hangs on'),
    ctPrimaryA: Type.Optional(Positive('Primary current of the current transformer, A')),
    ctSecondaryA: Type.Optional(Positive('Secondary current of the current transformer, A')),
    vtPrimaryV: Type.Optional(Positive('Primary voltage of the voltage transformer, V')),
    vtSecondaryV: Type.Optional(Positive('Secondary voltage of the voltage transformer, V')),
    ...position,
  },
  strict,
);

export const GRID_SCHEMAS = {
  districts: DistrictSchema,
  substations: SubstationSchema,
  feeders: FeederSchema,
  areas: AreaSchema,
  transformers: TransformerSchema,
  lineSections: LineSectionSchema,
  usagePoints: UsagePointSchema,
  customers: CustomerSchema,
  contracts: ContractSchema,
  meters: MeterSchema,
} as const;

export type GridKind = keyof typeof GRID_SCHEMAS;
/** From the whole to the parts. */
export const GRID_KINDS = Object.keys(GRID_SCHEMAS) as readonly GridKind[];

/** What is known of a thing, by kind; without its id and its validity. */
export type FieldsOf = { readonly [K in GridKind]: Readonly<Static<(typeof GRID_SCHEMAS)[K]>> };
export type FieldValue = string | number;
/** Fields of any kind. */
export type Fields = Readonly<Record<string, FieldValue | undefined>>;

/** Fields that hold the id of another thing, and its kind. */
export const REFERENCES: { readonly [K in GridKind]: Readonly<Record<string, GridKind>> } = {
  districts: {},
  substations: { district: 'districts' },
  feeders: { substation: 'substations' },
  areas: { feeder: 'feeders' },
  transformers: { area: 'areas' },
  lineSections: { area: 'areas', feeder: 'feeders' },
  usagePoints: { area: 'areas', lineSection: 'lineSections' },
  customers: {},
  contracts: { customer: 'customers', usagePoint: 'usagePoints', meter: 'meters' },
  meters: { area: 'areas', feeder: 'feeders', usagePoint: 'usagePoints', lineSection: 'lineSections' },
};

/** Columns of the smallest tables: always written, in this order; the others only where something stands in them. */
const SMALLEST: Partial<Record<GridKind, readonly string[]>> = {
  areas: ['id', 'name', 'feeder'],
  transformers: ['id', 'area', 'ratedKva', 'ratedVoltageV', 'noLoadLossW', 'loadLossW', 'connection'],
  meters: ['id', 'area', 'role', 'phase', 'accuracyClass', 'multiplier', 'validFrom', 'validTo'],
};

export const VALIDITY_COLUMNS = ['validFrom', 'validTo'] as const;

/** The columns that a table of this kind may have: those of the smallest table first. */
export function columnsOf(kind: GridKind): readonly string[] {
  return [...new Set([...smallestColumns(kind), 'id', ...fieldNames(kind), ...VALIDITY_COLUMNS])];
}

/** The columns that are there even when they are empty. */
export function smallestColumns(kind: GridKind): readonly string[] {
  return SMALLEST[kind] ?? ['id', ...requiredFields(kind)];
}

export function requiredFields(kind: GridKind): readonly string[] {
  const { required }: { readonly required?: readonly string[] | undefined } = GRID_SCHEMAS[kind];
  return required ?? [];
}

export function fieldNames(kind: GridKind): readonly string[] {
  return Object.keys(fieldSchemas(kind));
}

export function fieldSchemas(kind: GridKind): TProperties {
  const schema: TObject = GRID_SCHEMAS[kind];
  return schema.properties;
}

export const IdSchema = Id('Unique within its kind');

export function isGridKind(text: string): text is GridKind {
  return Object.hasOwn(GRID_SCHEMAS, text);
}
