import type * as z from 'zod';

/** The fields that a schema has at a path of its input, in all forms that the value there may have. */
export function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [key, ...rest] = path;
  return [
    ...new Set(
      formsOf(schema).flatMap((form) => {
        const { def } = form._zod;
        if (key === undefined) return def.type === 'object' ? Object.keys(shapeOf(form)) : [];
        const child = childOf(form, key);
        return child === undefined ? [] : fieldsAt(child, rest);
      }),
    ),
  ];
}

function shapeOf(schema: z.core.$ZodType): z.core.$ZodShape {
  return (schema as z.core.$ZodObject)._zod.def.shape;
}

/** Without what surrounds it: defaults, transforms; the options of a union. */
function formsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'catch':
    case 'readonly':
      return formsOf(def.innerType);
    case 'pipe':
      return formsOf(def.in);
    case 'union':
      return def.options.flatMap(formsOf);
    default:
      return [schema];
  }
}

function childOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object')
    return Object.hasOwn(def.shape, key) ? def.shape[String(key)] : undefined;
  if (def.type === 'record') return def.valueType;
  return def.type === 'array' ? def.element : undefined;
}
